internal import Synchronization

/// Adds up the bytes that workers report.
final class ProgressMeter: Sendable {
  private let report: ProgressHandler
  private let state = Mutex(State())

  private struct State {
    var input = ""
    var bytes: UInt64 = 0
    var total: UInt64 = 0
    /// Inputs whose bytes are in the total already.
    var announced: Set<String> = []
    var begun = 0
    var count = 0
  }

  init(report: @escaping ProgressHandler) {
    self.report = report
  }

  /// Says what will be read in all, before anything is.
  ///
  /// - Parameter inputs: with their bytes, as far as known.
  func announce(_ inputs: [(name: String, byteCount: UInt64?)]) {
    state.withLock { state in
      state.announced = Set(inputs.map(\.name))
      state.count = inputs.count
      state.total = inputs.reduce(state.bytes) { $0 &+ ($1.byteCount ?? 0) }
    }
  }

  /// - Parameter byteCount: bytes that will be read, if known.
  func begin(_ input: String, byteCount: UInt64? = nil) {
    state.withLock { state in
      state.input = input
      if state.announced.remove(input) != nil {
        state.begun += 1
      } else if state.count == 0 {
        state.total = byteCount.map { state.bytes + $0 } ?? 0
      } else {
        // Read once more, as for a disguise.
        state.total &+= byteCount ?? 0
      }
    }
  }

  func add(_ bytes: Int) {
    let snapshot = state.withLock { state in
      state.bytes += UInt64(max(bytes, 0))
      var progress = InspectionProgress(
        input: state.input, bytesDone: state.bytes, bytesTotal: state.total)
      (progress.number, progress.count) = (state.begun, state.count)
      return progress
    }
    report(snapshot)
  }
}
