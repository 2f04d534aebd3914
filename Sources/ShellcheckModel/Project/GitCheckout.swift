import Foundation
import Load

/// Asks `git` about a repository that may have been made to attack whoever looks at it, or to be counted
/// as its owner likes.
///
/// A repository's own files can name programs (hooks, fsmonitor, filters, pagers, drivers of diffs,
/// helpers that fetch missing objects) and change what is counted (attributes, grafts, replacements,
/// settings of diffs, the list of commits in `commit-graph`). So git never sees the repository as one: it
/// works in an empty folder of this tool's own that has the repository's objects, references and list of
/// commits without parents (`shallow`), and nothing else of it. Output is read as it comes, within limits
/// of bytes and time.
struct GitCheckout {
  private let program: String
  private let folder: GitFolder
  private let standIn: String
  /// Seconds that one command may take.
  private static let timeLimit = 300.0
  /// Bytes that one command may write.
  private static let byteLimit = 8 << 30

  enum Failure: Error, Equatable {
    case noGit
    case noRepository
    /// Its `.git` is no folder: a worktree's or a submodule's, or a link.
    case elsewhere
    /// A pipe, socket or device where git expects a file.
    case special
    case noCommit
    /// Ended with this status; nil: by a signal.
    case failed(Int32?)
    case noStandIn
    case tooLong
    case tooMuch

    var message: String {
      switch self {
      case .noGit: "git is not in PATH"
      case .noRepository: "is no git repository: neither a checkout nor a bare one"
      case .elsewhere:
        "has its history elsewhere (a worktree, submodule or link): name the repository that holds it"
      case .special: "is a git repository with a pipe, socket or device in place of a file"
      case .noCommit: "is a git repository without a commit that git can read"
      case .failed: "has a history that git cannot read to its end"
      case .noStandIn: "no temporary folder could be made for git to work in"
      case .tooLong: "git took longer than \(Int(GitCheckout.timeLimit)) s"
      case .tooMuch: "the history is too large to be counted"
      }
    }
  }

  /// - Parameters:
  ///   - path: of a checkout or a bare repository.
  ///   - environment: where PATH is.
  ///   - body: may ask while it runs.
  static func opening<Result>(
    _ path: String, environment: [String: String],
    _ body: (GitCheckout) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // A relative entry of PATH would look into whatever folder this runs in.
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      .filter { $0.hasPrefix("/") }
    let program = folders.map { $0 + "/git" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let program else { throw .noGit }
    let folder = try GitFolder(
      of: URL(filePath: path).standardizedFileURL.path(percentEncoded: false))
    let standIn = FileManager.default.temporaryDirectory
      .appending(path: "shellcheck-model-git-\(UUID().uuidString)").path(percentEncoded: false)
    return try TemporaryFiles.holding(standIn) { () throws(Failure) in
      defer { try? FileManager.default.removeItem(atPath: standIn) }
      let git = GitCheckout(program: program, folder: folder, standIn: standIn)
      try git.makeStandIn()
      return try body(git)
    }
  }

  // MARK: The stand-in

  /// No name that the repository could have: attributes of a commit at HEAD would count.
  private var head: String { "ref: refs/\(UUID().uuidString)/none\n" }

  private func makeStandIn() throws(Failure) {
    let files = FileManager.default
    do {
      try files.createDirectory(
        atPath: standIn, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
      for name in ["refs", "packed-refs", "shallow"] where folder.has(name) {
        try files.createSymbolicLink(
          atPath: standIn + "/" + name, withDestinationPath: folder.path + "/" + name)
      }
      try head.write(toFile: standIn + "/HEAD", atomically: false, encoding: .utf8)
    } catch {
      throw .noStandIn
    }
    try configure(format: nil)
    if let format = try objectFormat() { try configure(format: format) }
  }

  private func configure(format: String?) throws(Failure) {
    var text = """
      [core]
      bare = true
      repositoryFormatVersion = \(format == nil ? 0 : 1)
      commitGraph = false
      multiPackIndex = false
      useReplaceRefs = false
      [protocol]
      allow = never

      """
    if let format { text += "[extensions]\nobjectFormat = \(format)\n" }
    do {
      try text.write(toFile: standIn + "/config", atomically: false, encoding: .utf8)
    } catch {
      throw .noStandIn
    }
  }

  /// The hash that objects are named by; nil: git's first.
  ///
  /// Nothing else of the repository's configuration is asked for; what it includes is not read.
  private func objectFormat() throws(Failure) -> String? {
    guard folder.has("config") else { return nil }
    do throws(Failure) {
      let format = try text([
        "config", "--file", folder.path + "/config", "--get", "extensions.objectFormat",
      ])
      return format == "sha256" ? format : nil
    } catch .failed(1) {
      return nil
    }
  }

  // MARK: Questions

  /// The commit that is checked out.
  func commit() throws(Failure) -> String {
    let file = FileHandle(forReadingAtPath: folder.path + "/HEAD")
    guard let bytes = try? file?.read(upToCount: 4096) else { throw .noCommit }
    var name = String(decoding: bytes, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    if name.hasPrefix("ref:") {
      name = name.dropFirst(4).trimmingCharacters(in: .whitespaces)
      // Expressions that git would follow are no names.
      guard name.hasPrefix("refs/"), !name.contains(where: "^~:?*[\\ \n".contains),
        !name.contains("@{"), !name.contains("..")
      else { throw .noCommit }
    } else {
      guard [40, 64].contains(name.count), name.allSatisfy(\.isHexDigit) else {
        throw .noCommit
      }
    }
    do throws(Failure) {
      return try text(["rev-parse", "--verify", "--end-of-options", name + "^{commit}"])
    } catch .failed {
      throw .noCommit
    }
  }

  /// Whether older commits are missing.
  func isShallow() throws(Failure) -> Bool {
    try text(["rev-parse", "--is-shallow-repository"]) == "true"
  }

  /// Nothing of the caller's: variables too can name programs.
  private var environment: [String: String] {
    [
      "PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/nonexistent",
      "GIT_DIR": standIn, "GIT_OBJECT_DIRECTORY": folder.path + "/objects",
      "GIT_GRAFT_FILE": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
      "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
      "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1",
      "GIT_ALLOW_PROTOCOL": "", "GIT_PAGER": "cat", "GIT_EDITOR": "true", "GIT_ASKPASS": "true",
      "GIT_SSH_COMMAND": "false",
    ]
  }

  /// Runs a command and hands on its output as it comes.
  func run(
    _ arguments: [String], _ take: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var failure: Failure?
    var taken = 0
    let end: ChildProcess.End
    do throws(ChildProcess.Failure) {
      end = try ChildProcess.run(
        program, arguments: ["--no-pager", "--literal-pathspecs", "-C", "/"] + arguments,
        environment: environment, wallSeconds: Self.timeLimit
      ) { bytes in
        taken += bytes.count
        do throws(Failure) {
          guard taken <= Self.byteLimit else { throw .tooMuch }
          try take(bytes)
        } catch {
          failure = error
        }
        return failure == nil
      }
    } catch .tooLong {
      throw .tooLong
    } catch {
      throw .noGit
    }
    if let failure { throw failure }
    switch end {
    case .exited(0): return
    case .exited(let status): throw .failed(status)
    case .signalled: throw .failed(nil)
    }
  }

  /// The output of a command that writes little.
  private func text(_ arguments: [String]) throws(Failure) -> String {
    var bytes: [UInt8] = []
    try run(arguments) { (part) throws(Failure) in
      bytes += part
      if bytes.count > 1 << 16 { throw .tooMuch }
    }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}
