import Canonicalise
import Fingerprint

/// Rows were added to or removed from the token embedding.
enum VocabularyRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    // Added tokens may have a table of their own; one table may be stored twice.
    func rows(_ model: ModelFingerprint) -> Int? {
      var seen: Set<TensorDigest> = []
      let tables = model.tensors.filter {
        $0.role == .tokenEmbedding && $0.matrix != nil && seen.insert($0.digest).inserted
      }
      return tables.first.map { first in
        tables.filter { $0.component == first.component }.reduce(0) { $0 + ($1.matrix?.rows ?? 0) }
      }
    }
    guard let before = rows(context.reference), let after = rows(context.subject), before != after
    else { return nil }
    return Change(.vocabulary, [.from: .integer(before), .to: .integer(after)])
  }
}
