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

  struct Limits {
    /// Address space beyond what the child starts with.
    var memory = 2 << 30
    var processorSeconds = 20
    var wallSeconds = 30.0
    var outputBytes = 256 << 20
  }

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
    guard arguments.count == 3, arguments[1] == command else { return }
    exit(HDF5IndexChild.run(path: arguments[2], limits: Limits()))
  }

  /// The structure of an HDF5 file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - program: what understands `command`, with any arguments before it; nil to find it.
  ///   - limits: what the child may use.
  /// - Returns: the index, of which only the syntax is checked.
  /// - Throws: what is wrong with the file, `.parserFailed` or `.parserTimedOut`.
  static func index(
    ofFileAt path: String, program: [String]? = nil, limits: Limits = Limits()
  ) throws(LoadError) -> HDF5Index {
    let program = program ?? defaultExecutable().map { [$0] } ?? []
    guard let executable = program.first else {
      throw LoadError(
        .parserFailed,
        "the shellcheck-model executable, which parses HDF5 structure in a process of its own, "
          + "was not found; name it in SHELLCHECK_MODEL_EXECUTABLE", file: path)
    }
    let child = try BoundedProcess.run(
      executable, arguments: program.dropFirst() + [command, path], environment: environment(),
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
    guard let reply = try? JSONDecoder().decode(Reply.self, from: child.output) else {
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
    let address = UInt(bitPattern: #dsohandle)
    let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    for line in maps?.split(separator: "\n") ?? [] {
      // start-end permissions offset device inode path
      let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      let range = fields.first?.split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard fields.count == 6, let range, range.count == 2, range[0] <= address, address < range[1]
      else { continue }
      return fields[5].trimmingCharacters(in: .whitespaces)
    }
    return nil
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

/// The child's side.
enum HDF5IndexChild {
  /// Prints the reply about a file on standard output.
  ///
  /// - Returns: the exit status.
  static func run(path: String, limits: HDF5IndexProcess.Limits) -> Int32 {
    closeInheritedDescriptors()
    guard restrict(limits) else { return EX_OSERR }
    var reply: HDF5IndexProcess.Reply
    do throws(LoadError) {
      reply = .index(try HDF5IndexBuilder.index(ofFileAt: path))
    } catch {
      reply = .refusal(code: error.code, message: error.message)
    }
    guard let output = try? JSONEncoder().encode(reply) else { return EX_SOFTWARE }
    return write(output) ? EX_OK : EX_IOERR
  }

  /// Others than the standard three: ends of the pipes of children started at the same time.
  private static func closeInheritedDescriptors() {
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for descriptor in open.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
      close(descriptor)
    }
  }

  private static func restrict(_ limits: HDF5IndexProcess.Limits) -> Bool {
    // The libraries linked into the executable reserve address space before main is reached.
    let inUse = addressSpaceInUse() ?? 0
    return limit(__rlimit_resource_t(RLIMIT_AS.rawValue), to: inUse + limits.memory)
      && limit(__rlimit_resource_t(RLIMIT_CPU.rawValue), to: limits.processorSeconds)
      && limit(__rlimit_resource_t(RLIMIT_CORE.rawValue), to: 0)
      && limit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), to: 0)
  }

  private static func limit(_ resource: __rlimit_resource_t, to value: Int) -> Bool {
    // Reaching the hard limit on processor time is SIGKILL, reaching the soft one says why.
    var limits = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value) + 1)
    return setrlimit(resource, &limits) == 0
  }

  private static func addressSpaceInUse() -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return nil
    }
    return text.split(separator: " ").first.flatMap { Int($0) }.map { $0 * Int(getpagesize()) }
  }

  private static func write(_ data: Data) -> Bool {
    data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
        let count = Glibc.write(STDOUT_FILENO, start, rest.count)
        guard count > 0 || (count < 0 && errno == EINTR) else { return false }
        rest = rest.dropFirst(max(count, 0))
      }
      return true
    }
  }
}
