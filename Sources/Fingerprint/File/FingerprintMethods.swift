import Crypto
import Foundation

/// Versions of the methods behind a fingerprint's numbers.
///
/// Numbers of different versions must not be compared, so a reader refuses those it does not compute
/// itself.
package struct FingerprintMethods: Sendable, Codable, Equatable {
  /// Hash and buckets of the linear sketch.
  var sketch: Int
  /// Probe directions and normalisation of the circuits.
  var circuits: Int
  /// Hash and leaves of the digests.
  var digests: Int
  /// Figures and thresholds by which formulas are told; nil before there were any.
  ///
  /// What a later one tells beyond an earlier one is compared as other tensors are where the earlier has it.
  var formulas: Int?
  /// Places of the single values: 1 has those of matrices alone, 2 of long vectors too; nil in fingerprints
  /// of format 2, which have none.
  var samples: Int?
  /// Order of the axes and gates of kernels (`CanonicalAxes`); nil before there was one for all
  /// containers.
  var axes: Int?
  /// SHA-256 of the anchor list, into which anchors are indices.
  var anchors: String

  /// What this build computes.
  package static let current = FingerprintMethods(
    sketch: 1, circuits: 3, digests: 2, formulas: 3, samples: 2, axes: 1,
    anchors: anchorDigest)

  /// What format 3 holds of that, or held; the places of what both have are the same.
  static let withSamples = [3, 2, 1].flatMap { formulas in
    [2, 1].map { current.with(samples: $0, formulas: formulas) }
  }
  /// What format 2 holds of that.
  static let withoutSamples = [3, 2, 1].map { current.with(samples: nil, formulas: $0) }

  private func with(samples: Int?, formulas: Int) -> FingerprintMethods {
    var methods = self
    (methods.samples, methods.formulas) = (samples, formulas)
    return methods
  }

  private static let anchorDigest: String = {
    var hash = SHA256()
    for token in AnchorList.standard.tokens { hash.update(data: token + [0x0A]) }
    return hash.finalize().hexadecimal
  }()

  /// For messages and cache keys.
  package var text: String {
    "sketch \(sketch), circuits \(circuits), digests \(digests), formulas \(formulas ?? 0), "
      + "samples \(samples ?? 0), axes \(axes ?? 0), anchors \(anchors.prefix(8))"
  }
}
