import Synchronization

/// What came from hubs during a run, and what may come.
package final class HubMeter: Sendable {
  /// Bytes of answers that may come; nil: as many as there are.
  package let budget: Int?
  private let received = Atomic<Int>(0)
  private let asked = Atomic<Int>(0)
  /// Bytes of ranges that were asked for.
  private let spent = Atomic<Int>(0)

  package init(budget: Int? = nil) { self.budget = budget }

  /// Bytes of bodies that came in, of all requests.
  package var bytesReceived: Int { received.load(ordering: .relaxed) }
  /// Requests that were made, those that failed among them.
  package var requests: Int { asked.load(ordering: .relaxed) }

  func addRequest() { asked.add(1, ordering: .relaxed) }
  func add(bytes: Int) { received.add(bytes, ordering: .relaxed) }

  /// Takes bytes of a range before they are asked for; what is no part of a file is small, and counts
  /// when it has come.
  ///
  /// - Returns: false where the budget does not have them.
  func take(_ count: Int) -> Bool {
    let spent = spent.add(count, ordering: .relaxed).newValue
    return budget.map { max(spent, bytesReceived) <= $0 } ?? true
  }
}
