import Foundation
import Load

/// How often, and after what time, a request is made again that failed for a reason that may pass.
package struct HubRetry: Sendable {
  /// Requests in all.
  package var attempts = 5
  /// Seconds before the second attempt; each later wait is twice as long.
  package var firstDelay = 0.5
  package var longestDelay = 20.0
  /// The longest wait that a hub may ask for; if it asks for more, the run ends with its word.
  package var longestWish = 90.0
  /// All waits of a run together, of requests that waited at the same time as well.
  package var longestWait = 1800.0
  /// Seconds without a byte after which a connection counts as dead.
  package var idleSeconds = 30.0
  /// Bytes in a second below which an answer counts as stalled.
  package var slowestRate = 65_536.0
  /// Waits; tests do not.
  package var sleep: @Sendable (Double) -> Void = { Thread.sleep(forTimeInterval: $0) }
  /// A number in 0..<1: machines that failed together do not come back together.
  package var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

  package init() {}

  /// Seconds until the next attempt.
  ///
  /// - Parameters:
  ///   - failures: so far, 1 at least.
  ///   - wish: what `Retry-After` says.
  func delay(after failures: Int, wish: Double?) -> Double {
    let backoff = min(firstDelay * pow(2, Double(failures - 1)), longestDelay)
    // Half of it is certain, half by chance.
    return max(wish ?? 0, backoff * (0.5 + 0.5 * random()))
  }

  /// Seconds that an answer of so many bytes may take in all.
  func deadline(for byteCount: Int) -> Double { 4 * idleSeconds + Double(byteCount) / slowestRate }
}
