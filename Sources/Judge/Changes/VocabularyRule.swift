import Canonicalise
import Fingerprint

/// Rows were added to or removed from the token embedding.
enum VocabularyRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    func rows(_ model: ModelFingerprint) -> Int? {
      model.tensors.first { $0.role == .tokenEmbedding }?.matrix?.rows
    }
    guard let before = rows(context.reference), let after = rows(context.subject), before != after
    else { return nil }
    return Change(.vocabulary, [.from: .integer(before), .to: .integer(after)])
  }
}
