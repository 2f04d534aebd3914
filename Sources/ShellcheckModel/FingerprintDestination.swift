internal import Compare
internal import Fingerprint
internal import Foundation
internal import Load

/// Where a fingerprint is written.
public enum FingerprintDestination: Sendable, Equatable {
  /// This file; for one model only.
  case file(String)
  /// A file named after the model in this folder, which is made if it is not there: a corpus begins
  /// with its first fingerprint.
  case folder(String)
}

/// What a fingerprint is to be known by, beside what its model's place says.
public struct FingerprintNames: Sendable, Equatable {
  /// `OWNER/NAME` or a name; nil for the model's own.
  public var id: String?
  /// Other names under which models may declare it as their parent.
  public var aliases: [String]

  /// Names for one fingerprint.
  public init(id: String? = nil, aliases: [String] = []) {
    self.id = id
    self.aliases = aliases
  }

  /// What a model goes by.
  func identity(ofModelAt path: String, _ fingerprint: ModelFingerprint) -> ModelIdentity {
    let steps = (id ?? fingerprint.identity.name).split(separator: "/", maxSplits: 1)
    let own = ModelIdentity(ofModelAt: path)
    return ModelIdentity(
      owner: steps.count == 2 ? String(steps[0]) : nil,
      name: steps.last.map(String.init) ?? "model",
      revision: own.revision)
  }
}

extension FingerprintDestination {
  /// Writes a model's fingerprint.
  func write(
    _ fingerprint: ModelFingerprint, of model: String, as names: FingerprintNames
  ) throws(InputFailure) -> FingerprintRecord {
    let identity = names.identity(ofModelAt: model, fingerprint)
    var fingerprint = fingerprint
    fingerprint.identity.name = identity.id
    do throws(FingerprintError) {
      switch self {
      case .file(let path):
        try FingerprintFile.write(fingerprint, to: path)
        return record(of: model, path, id: identity.id, isNew: true)
      case .folder(let folder):
        var facts = CorpusFacts()
        facts.aliases = names.aliases
        facts.sourceDigests = (try? fingerprint.sourceDigests(hashing: false)) ?? []
        let place = try CorpusStore(folder: folder).add(fingerprint, as: identity, facts: facts)
        return record(of: model, place.path, id: place.id, isNew: place.isNew)
      }
    } catch {
      var failure = InputFailure(path: error.file ?? model, error)
      failure.kind = .output
      throw failure
    }
  }

  private func record(
    of model: String, _ file: String, id: String, isNew: Bool
  ) -> FingerprintRecord {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
    let size = (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
    return FingerprintRecord(model: model, file: file, byteCount: size, id: id, isNew: isNew)
  }
}
