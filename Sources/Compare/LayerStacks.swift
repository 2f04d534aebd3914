import Canonicalise
package import Fingerprint

/// Pairs the layered components of two models: those of the same name, or the only ones there are.
package struct LayerStacks {
  /// (name in the subject, name in the reference).
  package let pairs: [(subject: String, reference: String)]

  package init(subject: ModelFingerprint, reference: ModelFingerprint) {
    let (mine, theirs) = (Self.stacks(subject), Self.stacks(reference))
    var pairs = mine.filter(Set(theirs).contains).map { ($0, $0) }
    if pairs.isEmpty, let only = mine.first, let other = theirs.first, mine.count == 1,
      theirs.count == 1
    {
      pairs = [(only, other)]
    }
    self.pairs = pairs
  }

  private static func stacks(_ model: ModelFingerprint) -> [String] {
    var seen: Set<String> = []
    return model.tensors.lazy.filter { $0.layer != nil }.map(\.component)
      .filter { seen.insert($0).inserted }
  }
}
