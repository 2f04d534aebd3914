import Dispatch
import Foundation
import Synchronization

/// All parallel work: loops over independent items, on threads that may wait for disks.
///
/// Everything from Load to Report is plain synchronous code. Swift's own pool has one thread for each
/// core and none to spare for reads that block, so that asynchronous callers leave it once, at the
/// library's door (`apart`).
package enum Concurrent {
  /// The results in the order of their numbers, made on several threads, the calling one among them.
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

  /// Runs something beside the caller that will be wanted later.
  package static func meanwhile(_ body: @escaping @Sendable () -> Void) {
    DispatchQueue.global().async(execute: body)
  }

  /// Runs something long on a thread of its own, while the caller's is free.
  package static func apart<Result: Sendable>(
    _ body: @escaping @Sendable () -> Result
  ) async -> Result {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: body()) }
      thread.stackSize = stackSize
      thread.start()
    }
  }

  /// That of a process's first thread.
  private static let stackSize = 8 << 20
}
