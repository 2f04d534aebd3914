import ShellcheckModel
import Testing

@testable import shellcheck_model

@Suite struct ProgressBarTests {
  @Test(arguments: [
    (0, 0, 0, "  0 B read"),
    (42, 100, 0, "  ████████░░░░░░░░░░░░  42 %  42 B of 100 B"),
    (
      1_000_000_000, 4_000_000_000, 2,
      "  █████░░░░░░░░░░░░░░░  25 %  1.00 GB of 4.00 GB  500.0 MB/s  6 s left"
    ),
    (200, 100, 1, "  ████████████████████  100 %  200 B of 100 B  200 B/s  0 s left"),
  ])
  func showsShareRateAndTimeLeft(done: UInt64, total: UInt64, seconds: Int, line: String) {
    let progress = InspectionProgress(input: "m", bytesDone: done, bytesTotal: total)
    #expect(ProgressBar.line(progress, elapsed: .seconds(seconds)) == line)
  }

  @Test func drawsNothingAfterItWasErased() {
    let stream = RecordingStream(isTerminal: true)
    let bar = ProgressBar(stream: stream)
    bar.show(InspectionProgress(input: "m", bytesDone: 1, bytesTotal: 2))
    bar.erase()
    let text = stream.text
    bar.show(InspectionProgress(input: "m", bytesDone: 2, bytesTotal: 2))
    #expect(stream.text == text)
    #expect(text.hasSuffix("\r\u{1B}[K"))
  }
}
