/// Gathers what could not be mapped: one note per kind of problem, however many tensors have it.
struct NoteCollector {
  private var order: [String] = []
  private var tensors: [String: (count: Int, example: String)] = [:]

  /// Kinds of problem that a report can still be read with.
  private static let limit = 50

  mutating func add(_ problem: String, tensor: String) {
    if tensors[problem] == nil { order.append(problem) }
    tensors[problem, default: (0, tensor)].count += 1
  }

  var notes: [String] {
    let texts = order.prefix(Self.limit).map { problem in
      let (count, example) = tensors[problem] ?? (0, "")
      return count == 1 ? "\(example): \(problem)" : "\(example) and \(count - 1) more: \(problem)"
    }
    let left = order.count - texts.count
    return left > 0 ? texts + ["and \(left) further kinds of problem"] : texts
  }
}
