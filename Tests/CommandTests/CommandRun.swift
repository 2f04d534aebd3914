import Foundation
import ShellcheckModel
import Synchronization
import TestSupport

@testable import shellcheck_model

/// A stream that keeps what is written to it.
final class RecordingStream: TextStream {
  let isTerminal: Bool
  private let recorded = Mutex("")

  init(isTerminal: Bool = false) {
    self.isTerminal = isTerminal
  }

  var text: String { recorded.withLock { $0 } }

  func write(_ text: String) -> Int32 {
    recorded.withLock { $0 += text }
    return 0
  }
}

/// One run of the command line in this process.
struct CommandRun {
  let output: RecordingStream
  let diagnostics: RecordingStream
  let status: Int32

  init(
    arguments: [String], terminal: Bool = false, environment: [String: String] = [:]
  ) async {
    let output = RecordingStream(isTerminal: terminal)
    let diagnostics = RecordingStream(isTerminal: terminal)
    let session = Session(
      output: output, diagnostics: diagnostics, environment: environment, columns: 100,
      makeInspection: { Inspection(options: $0) })
    status = await ToolCommand.execute(arguments, in: session)
    self.output = output
    self.diagnostics = diagnostics
  }

  init(
    _ arguments: String..., terminal: Bool = false, environment: [String: String] = [:]
  ) async {
    await self.init(arguments: arguments, terminal: terminal, environment: environment)
  }
}

/// Small models of which each ends a run in its own way, and a reference for them.
struct CommandModels {
  let folder: TemporaryFolder
  let reference = Demo.reference("digits-mlp.safetensors")

  /// Made once for all tests.
  static let shared = Result { try CommandModels() }

  /// - `clean`: independent of the reference;
  /// - `hidden`: descends from it, and nothing says so;
  /// - `odd`: one matrix of another shape, of which little can be said;
  /// - `broken`: a header that promises more bytes than there are.
  private init() throws {
    folder = try TemporaryFolder()
    for (name, original) in [
      ("clean", "digits-mlp-twin.safetensors"), ("hidden", "mirror-digits/model.safetensors"),
    ] {
      try FileManager.default.copyItem(
        atPath: Demo.suspect(original), toPath: folder.path(name + ".safetensors"))
    }
    var odd = SafetensorsBuilder()
    odd.add("a.\u{1B}[1mweight", [4, 2], (0..<8).map(Float.init))
    try folder.write("odd.safetensors", odd.bytes)
    try folder.write("broken.safetensors", odd.bytes.dropLast(4))
  }

  func path(_ name: String) -> String { folder.path(name + ".safetensors") }
}
