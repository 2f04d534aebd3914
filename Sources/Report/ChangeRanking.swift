internal import Judge

/// What of a subject changed most against its parents, and what did not change at all.
struct ChangeRanking {
  /// A layer or a tensor, and ‖B − A‖ / ‖A‖.
  struct Entry {
    var name: String
    var change: Double
  }

  /// Changed the most first.
  let layers: [Entry]
  let tensors: [Entry]
  /// Tensors, and numbers in them, that are the parents' own.
  let unchanged: (tensors: Int, numbers: Int)
  let all: (tensors: Int, numbers: Int)

  /// Share of all numbers that are the parents' own.
  var unchangedShare: Double {
    all.numbers > 0 ? Double(unchanged.numbers) / Double(all.numbers) : 0
  }

  private static let shown = 8

  /// Nil where no parent is there to have changed, or nothing is known of the tensors.
  init?(_ judgement: Judgement, language: Language) {
    guard !judgement.parents.isEmpty, !judgement.tensors.isEmpty else { return nil }
    let sizes = judgement.tensors.map { tensor in
      Int(exactly: tensor.shape.reduce(1.0) { $0 * Double(max($1, 0)) }) ?? 0
    }
    func measure(_ condition: (TensorDetail) -> Bool) -> (tensors: Int, numbers: Int) {
      zip(judgement.tensors, sizes).reduce(into: (0, 0)) { sum, entry in
        guard condition(entry.0) else { return }
        sum.0 += 1
        sum.1 = min(1 << 62, sum.1 + min(entry.1, 1 << 61))
      }
    }
    all = measure { _ in true }
    unchanged = measure { $0.status == .identical }
    layers = Self.ranked(
      judgement.layers.filter { $0.reference != nil && $0.relativeChange > 0 }.map {
        Entry(name: "\(language.component($0.component)) \($0.layer)", change: $0.relativeChange)
      })
    tensors = Self.ranked(
      judgement.tensors.filter { $0.status == .modified }.compactMap { tensor in
        tensor.relativeChange.map { Entry(name: tensor.name, change: $0) }
      })
  }

  private static func ranked(_ entries: [Entry]) -> [Entry] {
    Array(
      entries.filter { $0.change.isFinite }.sorted { ($1.change, $0.name) < ($0.change, $1.name) }
        .prefix(shown))
  }

  /// `12 of 57 tensors, 1234567 of 3900000 numbers, are the parent's own`.
  func unchangedWords(_ language: Language) -> String {
    language.say(
      .unchangedExactly, String(unchanged.tensors), String(all.tensors), String(unchanged.numbers),
      String(all.numbers))
  }
}
