import Foundation
import Glibc
import Synchronization

/// Runs `HDF5IndexBuilder` in a child process under limits on time, memory and output.
///
/// The child is this same executable called with `__hdf5-index <path>`. When the caller's
/// executable is another program, it is the one named by SHELLCHECK_MODEL_EXECUTABLE, else the
/// `shellcheck-model` beside the binary that this code was linked into.
package enum HDF5IndexProcess {
  static let command = "__hdf5-index"

  /// What the child prints.
  enum Reply: Codable {
    case index(HDF5Index)
    case refusal(code: LoadError.Code, message: String)
  }

  /// Set once the executable has shown that it understands `command`.
  private static let isOwnChild = Atomic(false)

  /// Acts as the child and exits if the arguments ask for it; the first call of `main`.
  ///
  /// - Parameter arguments: the command line, the executable's name first.
  package static func runChildIfRequested(arguments: [String]) {
    isOwnChild.store(true, ordering: .relaxed)
    guard (3...4).contains(arguments.count), arguments[1] == command else { return }
    var limits = LoadLimits.standard.hdf5
    if arguments.count == 4 {
      guard
        let given = try? JSONDecoder().decode(
          LoadLimits.HDF5.self, from: Data(arguments[3].utf8))
      else { exit(EX_USAGE) }
      limits = given
    }
    exit(
      HDF5IndexChild.run(
        path: arguments[2], limits: LoadLimits.standard.parser, structure: limits))
  }

  /// The structure of an opened HDF5 file, of the very file that was opened.
  static func index(of file: MappedFile, limits: LoadLimits) throws(LoadError) -> HDF5Index {
    // The child opens what it finds as its standard input: the path may name another file by now,
    // or none.
    try index(
      ofFileAt: file.path, descriptor: file.descriptor, structure: limits.hdf5,
      limits: limits.parser)
  }

  /// The structure of an HDF5 file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - descriptor: the file, opened; nil to let the child open the path.
  ///   - program: what understands `command`, with any arguments before it; nil to find it.
  ///   - structure: what the file may hold.
  ///   - limits: what the child may use.
  /// - Returns: the index, of which only the syntax is checked.
  /// - Throws: what is wrong with the file, `.parserFailed` or `.parserTimedOut`.
  static func index(
    ofFileAt path: String, descriptor: Int32? = nil, program: [String]? = nil,
    structure: LoadLimits.HDF5 = LoadLimits.standard.hdf5,
    limits: LoadLimits.Parser = LoadLimits.standard.parser
  ) throws(LoadError) -> HDF5Index {
    let program = program ?? defaultExecutable().map { [$0] } ?? []
    guard let executable = program.first else {
      throw LoadError(
        .parserFailed,
        "the shellcheck-model executable, which parses HDF5 structure in a process of its own, "
          + "was not found; name it in SHELLCHECK_MODEL_EXECUTABLE", file: path)
    }
    var arguments = program.dropFirst() + [command, descriptor == nil ? path : "/dev/stdin"]
    if structure != LoadLimits.standard.hdf5, let text = try? JSONEncoder().encode(structure) {
      arguments.append(String(decoding: text, as: UTF8.self))
    }
    let child = try BoundedProcess.run(
      executable, arguments: Array(arguments), input: descriptor, environment: environment(),
      wallSeconds: limits.wallSeconds, outputBytes: limits.outputBytes, file: path)
    switch child.end {
    case .exited(0): break
    case .signalled(SIGXCPU):
      throw LoadError(
        .parserTimedOut, "the HDF5 parser used up its processor time: the structure is damaged",
        file: path)
    case .exited(let status):
      throw LoadError(
        .parserFailed, "the HDF5 parser gave up with status \(status): the structure is damaged",
        file: path)
    case .signalled(let signal):
      throw LoadError(
        .parserFailed,
        "the HDF5 parser crashed (\(BoundedProcess.name(ofSignal: signal))): the structure is "
          + "damaged", file: path)
    }
    return try decode(child.output, ofFileAt: path)
  }

  /// The index that the child's output holds.
  static func decode(_ output: Data, ofFileAt path: String) throws(LoadError) -> HDF5Index {
    guard let reply = try? JSONDecoder().decode(Reply.self, from: output) else {
      throw LoadError(.parserFailed, "the HDF5 parser's answer cannot be read", file: path)
    }
    switch reply {
    case .index(let index): return index
    case .refusal(let code, let message): throw LoadError(code, message, file: path)
    }
  }

  private static func defaultExecutable() -> String? {
    if let named = ProcessInfo.processInfo.environment["SHELLCHECK_MODEL_EXECUTABLE"] {
      return named
    }
    if isOwnChild.load(ordering: .relaxed) { return "/proc/self/exe" }
    guard let image = pathOfThisImage() else { return nil }
    let beside = URL(fileURLWithPath: image).deletingLastPathComponent()
      .appendingPathComponent("shellcheck-model").path
    return access(beside, X_OK) == 0 ? beside : nil
  }

  /// The executable or shared object this code was linked into, a test bundle for one.
  private static func pathOfThisImage() -> String? {
    // Swift does not import dladdr and its Dl_info, four pointers of which the first is the path.
    typealias FindImage = @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer) -> Int32
    guard let symbol = dlsym(nil, "dladdr") else { return nil }
    let findImage = unsafeBitCast(symbol, to: FindImage.self)
    var image: (path: UnsafePointer<CChar>?, UInt, UInt, UInt) = (nil, 0, 0, 0)
    guard findImage(#dsohandle, &image) != 0 else { return nil }
    return image.path.map { String(cString: $0) }
  }

  private static func environment() -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    // Nothing of the child is to be reported but its reply, and no threads are to be started.
    environment["SWIFT_BACKTRACE"] = "enable=no"
    environment["OPENBLAS_NUM_THREADS"] = "1"
    // Read-only network mounts refuse locks; filter plugins would run code this tool did not ship.
    environment["HDF5_USE_FILE_LOCKING"] = "FALSE"
    environment["HDF5_PLUGIN_PRELOAD"] = "::"
    return environment
  }
}
