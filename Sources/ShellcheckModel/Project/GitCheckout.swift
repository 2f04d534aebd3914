import Foundation
import Glibc

/// Asks `git` about a repository that may have been made to attack whoever looks at it.
///
/// A repository's own configuration can name programs (hooks, fsmonitor, filters, pagers, drivers of
/// diffs, helpers that fetch missing objects). Only commands that read objects are run, without the
/// working tree; what they would still take from the configuration is overridden on the command line,
/// which wins, and transports are off. Output is read as it comes, within limits of bytes and time.
struct GitCheckout {
  let path: String
  private let program: String
  /// Seconds that one command may take.
  var timeLimit = 300.0
  /// Bytes that one command may write.
  var byteLimit = 8 << 30

  enum Failure: Error, Equatable {
    case noGit
    /// Ended with this status, or by a signal.
    case failed(Int32)
    case tooLong
    case tooMuch

    var message: String {
      switch self {
      case .noGit: "git is not in PATH"
      case .failed: "is no git repository with a commit that git can read"
      case .tooLong: "git took too long"
      case .tooMuch: "the history is too large to be counted"
      }
    }
  }

  init(path: String, environment: [String: String]) throws(Failure) {
    // A relative entry of PATH would look into whatever folder this runs in.
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      .filter { $0.hasPrefix("/") }
    let found = folders.map { $0 + "/git" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let found else { throw .noGit }
    program = found
    self.path = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  }

  /// Command-line settings, which outrank those of files.
  private static let settings = [
    "safe.directory=*", "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat",
    "core.attributesFile=/dev/null", "core.commitGraph=false", "core.multiPackIndex=false",
    "core.quotePath=true", "core.sshCommand=false", "core.alternateRefsCommand=true",
    "core.askPass=true", "core.useReplaceRefs=false", "credential.helper=", "diff.external=",
    "diff.renames=false", "diff.orderFile=/dev/null", "gpg.program=false", "gpg.ssh.program=false",
    "gpg.x509.program=false", "log.showSignature=false", "log.mailmap=false", "log.follow=false",
    "log.showRoot=true", "i18n.logOutputEncoding=UTF-8", "protocol.allow=never",
    "submodule.recurse=false", "color.ui=false",
  ]

  /// Nothing of the caller's environment: variables too can name programs.
  private static let environment = [
    "PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_ALLOW_PROTOCOL": "",
    "GIT_PAGER": "cat", "GIT_EDITOR": "true", "GIT_ASKPASS": "true", "GIT_SSH_COMMAND": "false",
  ]

  /// Runs a command and hands on its output as it comes.
  func run(
    _ arguments: [String], _ take: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments =
      Self.settings.flatMap { ["-c", $0] }
      + ["--no-pager", "--no-replace-objects", "--literal-pathspecs", "-C", path] + arguments
    process.environment = Self.environment
    process.currentDirectoryURL = URL(filePath: "/")
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardOutput = pipe
    do { try process.run() } catch { throw .noGit }
    let isLate = Deadline(of: process.processIdentifier, in: timeLimit)
    var failure: Failure?
    var taken = 0
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while failure == nil {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      taken += count
      if taken > byteLimit {
        failure = .tooMuch
        break
      }
      let result = buffer.withUnsafeBytes { bytes in
        Result { () throws(Failure) in
          try take(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
      }
      if case .failure(let error) = result { failure = error }
    }
    if failure != nil { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    if isLate.end() { throw .tooLong }
    if let failure { throw failure }
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw .failed(process.terminationStatus)
    }
  }

  /// The output of a command that writes little.
  func text(_ arguments: [String]) throws(Failure) -> String {
    var bytes: [UInt8] = []
    try run(arguments) { (part) throws(Failure) in
      bytes += part
      if bytes.count > 1 << 16 { throw .tooMuch }
    }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}

/// Ends a process that takes too long.
private final class Deadline: @unchecked Sendable {
  private let lock = NSLock()
  private var isOver = false
  private var hasStruck = false

  init(of process: pid_t, in seconds: Double) {
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
      guard let self else { return }
      lock.withLock {
        // After `end` the number may be another process's.
        guard !isOver else { return }
        hasStruck = true
        kill(process, SIGKILL)
      }
    }
  }

  /// - Returns: whether it came first.
  func end() -> Bool {
    lock.withLock {
      isOver = true
      return hasStruck
    }
  }
}
