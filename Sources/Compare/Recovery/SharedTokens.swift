import Canonicalise
import Load

/// Rows of two embeddings that stand for the same tokens.
struct SharedTokens {
  /// (id in the subject, id in the reference), by subject id.
  let ids: [(subject: Int, reference: Int)]

  /// By token string where both vocabularies are known; else the same ids, if the tables are
  /// equally long.
  init(
    subject: CanonicalModel, subjectRows: Int, reference: CanonicalModel, referenceRows: Int
  ) {
    guard let mine = subject.checkpoint.metadata.vocabulary,
      let theirs = reference.checkpoint.metadata.vocabulary
    else {
      ids = subjectRows == referenceRows ? (0..<subjectRows).map { ($0, $0) } : []
      return
    }
    var byText: [[UInt8]: Int] = [:]
    for (id, text) in theirs.tokens where id >= 0 && id < referenceRows {
      byText[text] = min(id, byText[text] ?? id)
    }
    ids = mine.tokens.compactMap { id, text in
      guard id >= 0, id < subjectRows, let other = byText[text] else { return nil }
      return (subject: id, reference: other)
    }.sorted { $0.subject < $1.subject }
  }

  /// Every fourth token is kept back, so that a map is judged on tokens it was not fitted to.
  func fitted(atMost limit: Int) -> [(subject: Int, reference: Int)] {
    Self.thin(ids.enumerated().filter { $0.offset % 4 != 3 }.map(\.element), limit)
  }

  func keptBack(atMost limit: Int) -> [(subject: Int, reference: Int)] {
    Self.thin(ids.enumerated().filter { $0.offset % 4 == 3 }.map(\.element), limit)
  }

  private static func thin<Element>(_ all: [Element], _ limit: Int) -> [Element] {
    all.count <= limit ? all : (0..<limit).map { all[$0 * all.count / limit] }
  }
}
