import Fingerprint

/// Tensors that a subject and several references hold byte for byte, though those references are
/// strangers otherwise: word vectors, body models, a library's projections.
///
/// Such a tensor is a third party's: it shows no descent from whoever else took it over.
struct ThirdParties {
  /// References that are held against each other for it.
  private static let limit = 8
  /// Below this z the rest of two references shows no common descent.
  private static let strangerZ = 5.0

  /// Names of the references that hold it, by tensor.
  let holders: [TensorDigest: [String]]

  init(_ subject: ModelFingerprint, _ references: [ReferenceComparison]) {
    var holding: [TensorDigest: [Int]] = [:]
    for (position, reference) in references.enumerated() {
      let equal = reference.pairs.indices.filter { index in
        guard let pair = reference.pairs[index], pair.match == .equal else { return false }
        let (tensor, theirs) = (subject.tensors[index], reference.fingerprint.tensors)
        return tensor.matrix != nil || tensor.isSubstantial(equal: theirs[pair.reference])
      }
      var seen: Set<TensorDigest> = []
      for index in equal where seen.insert(subject.tensors[index].digest).inserted {
        holding[subject.tensors[index].digest, default: []].append(position)
      }
    }
    var strangers: [[Int]: Bool] = [:]
    var holders: [TensorDigest: [String]] = [:]
    for (digest, positions) in holding where positions.count > 1 {
      let first = Array(positions.prefix(Self.limit))
      let found =
        strangers[first]
        ?? Self.hasStrangers(first.map { references[$0].fingerprint })
      strangers[first] = found
      if found { holders[digest] = positions.map { references[$0].id } }
    }
    self.holders = holders
  }

  private static func hasStrangers(_ models: [ModelFingerprint]) -> Bool {
    models.indices.contains { i in
      models[(i + 1)...].contains { areStrangers(models[i], $0) }
    }
  }

  /// Whether nothing but equal tensors shows that two models have to do with each other, and those are
  /// less than half of either.
  private static func areStrangers(_ a: ModelFingerprint, _ b: ModelFingerprint) -> Bool {
    let correspondence = Correspondence(subject: a, reference: b)
    let pairs = correspondence.pairs()
    let (equal, total) = a.tensors.indices.reduce(into: (0, 0)) { sum, index in
      guard a.tensors[index].isEvidence else { return }
      sum.1 += 1
      if pairs[index]?.match == .equal { sum.0 += 1 }
    }
    guard 2 * equal < total else { return false }
    let shared = pairs.indices.filter { pairs[$0]?.match == .equal }
    let evidence = LinearTest(
      correspondence: correspondence, pairs: pairs, excluded: shared
    ).evidence()
    guard evidence.z < strangerZ, evidence.units.allSatisfy({ $0.z < strangerZ }) else {
      return false
    }
    let circuits = Comparer.circuits(a, b)
    return (circuits?.z ?? 0) < strangerZ
  }
}
