import Foundation
import Synchronization

/// A few threads of their own that fetch what will be wanted soon.
final class HubWorkers: Sendable {
  private let state = State()
  private let count: Int

  /// `@unchecked Sendable`: everything is touched under the condition's lock.
  private final class State: @unchecked Sendable {
    let condition = NSCondition()
    var jobs: [@Sendable () -> Void] = []
    var next = 0
    var threads = 0
    var idle = 0
    var isOver = false

    /// Takes jobs until the workers are over.
    func run() {
      while true {
        condition.lock()
        idle += 1
        while next >= jobs.count, !isOver { condition.wait() }
        idle -= 1
        guard !isOver else {
          condition.unlock()
          return
        }
        let job = jobs[next]
        next += 1
        if next == jobs.count { (jobs, next) = ([], 0) }
        condition.unlock()
        job()
      }
    }
  }

  init(count: Int) { self.count = count }

  deinit {
    state.condition.lock()
    state.isOver = true
    state.jobs = []
    state.condition.broadcast()
    state.condition.unlock()
  }

  func add(_ job: @escaping @Sendable () -> Void) {
    state.condition.lock()
    defer { state.condition.unlock() }
    state.jobs.append(job)
    if state.jobs.count - state.next > state.idle, state.threads < count {
      state.threads += 1
      Thread.detachNewThread { [state] in state.run() }
    }
    state.condition.signal()
  }
}
