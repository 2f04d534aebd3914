import Synchronization

/// A bounded number of workers that take items from a shared counter.
enum ParallelMap {
  /// The results in the order of their numbers, whatever the order they were made in.
  static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) async -> Result
  ) async -> [Result] {
    let next = SharedCounter()
    return await withTaskGroup(of: [(Int, Result)].self) { group in
      for _ in 0..<max(1, min(threads, count)) {
        group.addTask {
          var results: [(Int, Result)] = []
          while let item = next.take(below: count) { results.append((item, await body(item))) }
          return results
        }
      }
      var all: [(Int, Result)] = []
      for await part in group { all += part }
      return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private final class SharedCounter: Sendable {
    private let value = Atomic<Int>(0)

    func take(below limit: Int) -> Int? {
      let item = value.add(1, ordering: .relaxed).oldValue
      return item < limit ? item : nil
    }
  }
}
