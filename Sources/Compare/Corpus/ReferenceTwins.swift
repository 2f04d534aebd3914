import Canonicalise
import Fingerprint
import Foundation
import Load

/// One more name of a reference: the corpus has its weights twice.
package struct ReferenceTwin: Sendable, Equatable {
  package var id: String
  /// What the corpus's manifest says about it.
  package var manifest: CorpusManifest.Entry?
  /// The name that its fingerprint was made under, where it was opened.
  package var name: String?

  package init(id: String, manifest: CorpusManifest.Entry? = nil, name: String? = nil) {
    self.id = id
    self.manifest = manifest
    self.name = name
  }
}

/// Finds references that are one model: a corpus may hold re-uploads of it, in the same bytes or in
/// another number format.
///
/// Counted apart, they would be so many tests more, a merge of a model with itself, and a parent
/// that is not declared because its other name is.
package enum ReferenceTwins {
  /// Makes one reference of each model, which keeps the names of the others.
  ///
  /// The one that stays is the one the subject declares, else the one the manifest calls the
  /// original, else the first by id.
  ///
  /// - Parameter declared: whether the subject names a reference as its parent.
  /// - Returns: in the order of their ids.
  package static func merge(
    _ references: [Reference], declared: (Reference) -> Bool
  ) -> [Reference] {
    var groups: [[Reference]] = []
    var places: [Set<TensorDigest>: [Int]] = [:]
    for reference in references.sorted(by: { $0.id < $1.id }) {
      guard !reference.fingerprint.isOfQuickLook else {
        // Too little is known of it to be another's twin.
        groups.append([reference])
        continue
      }
      let digests = Set(reference.fingerprint.tensors.lazy.map(\.digest))
      let home =
        places[digests, default: []].first { index in
          groups[index].contains { isCopy(reference.fingerprint, of: $0.fingerprint) }
        }
        ?? groups.indices.first { index in
          groups[index].contains {
            !$0.fingerprint.isOfQuickLook
              && WeightCast.isCast(reference.fingerprint, of: $0.fingerprint)
          }
        }
      if let home {
        groups[home].append(reference)
        places[digests, default: []].append(home)
      } else {
        places[digests, default: []].append(groups.count)
        groups.append([reference])
      }
    }
    return groups.compactMap { merged($0, declared: declared) }.sorted { $0.id < $1.id }
  }

  /// Whether models of the same tensors, as sets, have them in the same layers.
  ///
  /// Sets, as a tied matrix may be written out or not. Names may tell nothing of layers: then there
  /// must be as many tensors.
  private static func isCopy(_ model: ModelFingerprint, of other: ModelFingerprint) -> Bool {
    let (layers, others) = (self.layers(model), self.layers(other))
    if layers.isEmpty || others.isEmpty { return model.tensors.count == other.tensors.count }
    return layers == others
  }

  private static func layers(_ model: ModelFingerprint) -> [TensorDigest: Set<Int>] {
    model.tensors.reduce(into: [:]) { layers, tensor in
      if let layer = tensor.layer { layers[tensor.digest, default: []].insert(layer) }
    }
  }

  private static func merged(
    _ group: [Reference], declared: (Reference) -> Bool
  ) -> Reference? {
    let ranked = group.map { reference in
      (rank: declared(reference) ? 0 : reference.manifest?.isOriginal == true ? 1 : 2, reference)
    }.sorted { ($0.rank, $0.1.id) < ($1.rank, $1.1.id) }.map(\.1)
    guard var first = ranked.first else { return nil }
    first.twins = ranked.flatMap { reference in
      [
        ReferenceTwin(
          id: reference.id, manifest: reference.manifest,
          name: reference.fingerprint.identity.name)
      ] + reference.twins
    }.dropFirst().sorted { $0.id < $1.id }
    // Weights of the same model serve as well as its own.
    first.checkpointPath = ranked.lazy.compactMap(\.checkpointPath).first
    return first
  }
}

/// Whether two models are the same numbers, rounded to different formats.
enum WeightCast {
  /// Of the sketches of every matrix.
  static let cosine = 0.9999
  /// What the sums behind sketches lose, relative to their size.
  static let summation = 1e-5

  static func isCast(_ model: ModelFingerprint, of other: ModelFingerprint) -> Bool {
    guard model.tensors.count == other.tensors.count,
      model.identity.parameters == other.identity.parameters, mayBeCast(model, of: other)
    else { return false }
    let pairs = zip(placed(model.tensors), placed(other.tensors))
    return pairs.allSatisfy { $0.place == $1.place && isCast($0.tensor, of: $1.tensor) }
      && model.tensors.contains { $0.matrix != nil && $0.isEvidence }
  }

  /// Whether not all tensors of both have one format: in one, each would have to be the other's.
  private static func mayBeCast(_ model: ModelFingerprint, of other: ModelFingerprint) -> Bool {
    guard let type = model.tensors.first?.elementType,
      model.tensors.allSatisfy({ $0.elementType == type }),
      other.tensors.allSatisfy({ $0.elementType == type })
    else { return true }
    // Most pairs of strangers have nothing in common, and need no table to show it.
    let first = model.tensors.first?.digest
    guard other.tensors.contains(where: { $0.digest == first }) else {
      return model.tensors.isEmpty
    }
    let digests = Set(other.tensors.lazy.map(\.digest))
    return model.tensors.allSatisfy { digests.contains($0.digest) }
  }

  /// The tensors in an order that depends on their places in the network alone.
  private static func placed(
    _ tensors: [TensorFingerprint]
  ) -> [(place: String, tensor: TensorFingerprint)] {
    tensors.map { tensor in
      let name = tensor.role == .unknown ? tensor.name : ""
      let numbers = [tensor.layer, tensor.expert].map { $0.map(String.init) ?? "-" }
      let place =
        [tensor.component, tensor.role.rawValue, tensor.parameter.rawValue, name] + numbers
        + tensor.shape.map(String.init)
      return (place.joined(separator: "\0"), tensor)
    }.sorted { ($0.0, $0.1.name) < ($1.0, $1.1.name) }
  }

  private static func isCast(_ tensor: TensorFingerprint, of other: TensorFingerprint) -> Bool {
    if tensor.digest == other.digest { return true }
    // Equal formats keep every bit, so other bytes are other numbers.
    guard tensor.elementType != other.elementType, tensor.elementType.isRealNumber,
      other.elementType.isRealNumber
    else { return false }
    let rounding = [tensor, other].reduce(Self.summation) {
      $0 + pow(2, -Double($1.keptBits))
    }
    let size = max(tensor.moments.frobeniusNorm, other.moments.frobeniusNorm)
    let shift = abs(tensor.moments.mean - other.moments.mean)
    guard shift * Double(tensor.elementCount).squareRoot() <= rounding * size else { return false }
    switch (tensor.sketch, other.sketch) {
    case (.matrix(let left), .matrix(let right)):
      return agree(left.raw, right.raw, within: rounding)
    case (.vector(let left), .vector(let right)):
      // Less their means: of near-constant vectors only the rounding is left.
      return distance(left, right) <= rounding * size
    case (.none, .none):
      return tensor.elementCount == 0
    default:
      return false
    }
  }

  /// Whether two images of matrices are one, but for roundings of at most this share of each entry.
  private static func agree(_ left: [Float], _ right: [Float], within rounding: Double) -> Bool {
    guard left.count == right.count else { return false }
    let norms = (norm(left), norm(right))
    let dot = zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    guard norms.0 > 0, norms.1 > 0 else { return norms.0 == norms.1 }
    return dot >= Self.cosine * norms.0 * norms.1
      && distance(left, right) <= rounding * max(norms.0, norms.1)
  }

  private static func norm(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private static func distance(_ left: [Float], _ right: [Float]) -> Double {
    guard left.count == right.count else { return .infinity }
    return zip(left, right).reduce(0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }.squareRoot()
  }
}
