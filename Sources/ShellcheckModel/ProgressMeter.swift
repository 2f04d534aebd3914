internal import Synchronization

/// Adds up the bytes that workers report.
final class ProgressMeter: Sendable {
  private let report: ProgressHandler
  private let state = Mutex((input: "", bytes: UInt64(0)))

  init(report: @escaping ProgressHandler) {
    self.report = report
  }

  func begin(_ input: String) {
    state.withLock { $0.input = input }
  }

  func add(_ bytes: Int) {
    let snapshot = state.withLock { state in
      state.bytes += UInt64(max(bytes, 0))
      return InspectionProgress(input: state.input, bytesDone: state.bytes, bytesTotal: 0)
    }
    report(snapshot)
  }
}
