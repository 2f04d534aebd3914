internal import Synchronization

/// Adds up the bytes that workers report.
final class ProgressMeter: Sendable {
  private let report: ProgressHandler
  private let state = Mutex((input: "", bytes: UInt64(0), total: UInt64(0)))

  init(report: @escaping ProgressHandler) {
    self.report = report
  }

  /// - Parameter byteCount: bytes that will be read, if known.
  func begin(_ input: String, byteCount: UInt64? = nil) {
    state.withLock { state in
      state.input = input
      state.total = byteCount.map { state.bytes + $0 } ?? 0
    }
  }

  func add(_ bytes: Int) {
    let snapshot = state.withLock { state in
      state.bytes += UInt64(max(bytes, 0))
      return InspectionProgress(input: state.input, bytesDone: state.bytes, bytesTotal: state.total)
    }
    report(snapshot)
  }
}
