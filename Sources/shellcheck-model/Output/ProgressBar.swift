import Report
import ShellcheckModel
import Synchronization

/// One line on a terminal that shows how far reading has come, redrawn at most ten times a second.
final class ProgressBar: Sendable {
  private struct State {
    var lastDrawn: ContinuousClock.Instant?
    var bytesDone: UInt64 = 0
    var isFinished = false
  }

  private let stream: any TextStream
  /// Of the terminal; nil where it does not tell.
  private let columns: Int?
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(stream: any TextStream, columns: Int? = nil) {
    self.stream = stream
    self.columns = columns
  }

  func show(_ progress: InspectionProgress) {
    let now = ContinuousClock.now
    state.withLock { state in
      // Handlers run on many threads: a late one must neither go back nor draw after the end.
      guard !state.isFinished, progress.bytesDone >= state.bytesDone else { return }
      state.bytesDone = progress.bytesDone
      if let last = state.lastDrawn, now - last < .milliseconds(100) { return }
      state.lastDrawn = now
      var line = Self.line(progress, elapsed: now - start)
      // A line that wraps would stay behind.
      if let columns { line = String(line.prefix(max(columns - 1, 0))) }
      stream.write("\r" + line + "\u{1B}[K")
    }
  }

  func erase() {
    state.withLock { state in
      if state.lastDrawn != nil { stream.write("\r\u{1B}[K") }
      state.isFinished = true
    }
  }

  /// The line without its control characters.
  ///
  /// `████████░░░░░░░░░░░░  42 %  5.88 GB of 14.0 GB  1.10 GB/s  8 s left`
  static func line(_ progress: InspectionProgress, elapsed: Duration) -> String {
    let done = Double(progress.bytesDone)
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let rate = seconds > 0 ? done / seconds : 0
    guard progress.bytesTotal > 0 else { return "  " + Figures.bytes(done) + " read" }
    let share = min(done / Double(progress.bytesTotal), 1)
    let filled = Int(share * 20)
    var line =
      "  " + String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
    line += "  \(Int(share * 100)) %  " + Figures.bytes(done) + " of "
    line += Figures.bytes(Double(progress.bytesTotal))
    // A rate over less than a second says nothing about the rest.
    if seconds >= 1, rate > 0 {
      let left = max(Double(progress.bytesTotal) - done, 0) / rate
      line += "  " + Figures.bytes(rate) + "/s"
      if left < 360_000 { line += "  \(Int(left.rounded(.up))) s left" }
    }
    if progress.count > 1 { line += "  \(progress.number)/\(progress.count)" }
    return line
  }
}
