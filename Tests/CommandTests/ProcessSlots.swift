import Foundation

/// Few programs run at once: each of them uses all cores, and none is to look slow because of the
/// others.
actor ProcessSlots {
  static let shared = ProcessSlots(ProcessInfo.processInfo.activeProcessorCount)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = max(count, 2) }

  /// Runs `body` as soon as fewer than so many others run.
  nonisolated func withSlot<Value: Sendable>(
    _ body: () async throws -> Value
  ) async throws -> Value {
    await take()
    do {
      let value = try await body()
      await giveBack()
      return value
    } catch {
      await giveBack()
      throw error
    }
  }

  private func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func giveBack() {
    if waiting.isEmpty {
      free += 1
    } else {
      waiting.removeFirst().resume()
    }
  }
}
