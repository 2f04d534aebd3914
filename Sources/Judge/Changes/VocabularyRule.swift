import Canonicalise
import Compare
import Fingerprint

/// Rows were added to or removed from the token embedding; rows of zeros are padding, and no tokens.
enum VocabularyRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    func table(_ model: ModelFingerprint) -> TensorFingerprint? {
      model.tensors.first { $0.role == .tokenEmbedding }
    }
    guard let before = table(context.reference), let after = table(context.subject),
      let (rows, newRows) = before.matrix.flatMap({ a in after.matrix.map { (a.rows, $0.rows) } }),
      rows != newRows, !after.isPadded(beyond: before), !before.isPadded(beyond: after)
    else { return nil }
    return Change(.vocabulary, [.from: .integer(rows), .to: .integer(newRows)])
  }
}
