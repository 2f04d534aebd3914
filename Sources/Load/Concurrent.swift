import Dispatch
import Synchronization

/// Loops over independent items on several threads, the calling one among them.
package enum Concurrent {
  /// The results in the order of their numbers.
  package static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    guard threads > 1, count > 1 else { return (0..<count).map(body) }
    let results = Mutex([Result?](repeating: nil, count: count))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let item = next.add(1, ordering: .relaxed).oldValue
        guard item < count else { return }
        let result = body(item)
        results.withLock { $0[item] = result }
      }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}
