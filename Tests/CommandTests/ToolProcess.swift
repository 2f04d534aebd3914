import Foundation

/// The built program, run as its users run it.
struct ToolProcess {
  struct Result {
    var output: String
    var diagnostics: String
    var status: Int32
  }

  /// Runs a line of shell, with the arguments as its `$0` and `$1`…, and waits for its end.
  static func runShell(
    _ line: String, name: String = "sh", arguments: [String],
    environment: [String: String] = [:]
  ) async throws -> Result {
    try await run(
      URL(filePath: "/bin/sh"), arguments: ["-c", line, name] + arguments,
      environment: environment, in: nil)
  }

  /// Runs the program and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - environment: set beside `PATH` and `HOME`; nothing else is inherited.
  ///   - folder: the working directory, the current one by default.
  /// - Returns: what the program wrote and its exit status.
  /// - Throws: `NotBuilt`, or what kept the program from starting.
  static func run(
    arguments: [String], environment: [String: String] = [:], in folder: URL? = nil
  ) async throws -> Result {
    try await run(executable(), arguments: arguments, environment: environment, in: folder)
  }

  private static func run(
    _ program: URL, arguments: [String], environment: [String: String], in folder: URL?
  ) async throws -> Result {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    let inherited = ProcessInfo.processInfo.environment.filter {
      ["PATH", "HOME"].contains($0.key)
    }
    process.environment = inherited.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    // Files rather than pipes: a pipe that nobody empties while the other is read blocks the child.
    let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let files = [scratch.appending(path: "out"), scratch.appending(path: "err")]
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    let status = try await ProcessSlots.shared.withSlot {
      try await withCheckedThrowingContinuation { continuation in
        process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
        do { try process.run() } catch { continuation.resume(throwing: error) }
      }
    }
    return Result(
      output: try String(contentsOf: files[0], encoding: .utf8),
      diagnostics: try String(contentsOf: files[1], encoding: .utf8), status: status)
  }

  /// The same, with the arguments in a row.
  static func run(
    _ arguments: String..., environment: [String: String] = [:], in folder: URL? = nil
  ) async throws -> Result {
    try await run(arguments: arguments, environment: environment, in: folder)
  }

  struct NotBuilt: Error {
    var searched: String
  }

  /// The program lies beside the test bundle.
  static func executable() throws -> URL {
    let name = "shellcheck-model"
    let places = [
      Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent(),
      URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent(),
    ].compactMap { $0?.appending(path: name) }
    for place in places
    where FileManager.default.isExecutableFile(atPath: place.path(percentEncoded: false)) {
      return place
    }
    throw NotBuilt(searched: places.map { $0.path(percentEncoded: false) }.joined(separator: ", "))
  }
}
