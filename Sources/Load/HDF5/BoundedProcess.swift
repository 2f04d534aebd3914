import Foundation
import Glibc

/// Runs a program to its end or to a deadline, and collects what it prints.
///
/// Not Foundation's `Process`, whose reading, waiting and closing of descriptors cannot be bounded
/// together.
struct BoundedProcess {
  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  var end: End
  var output: Data

  /// Runs a program, its standard error discarded.
  ///
  /// - Parameters:
  ///   - executable: a path; not searched for.
  ///   - arguments: without the program's name.
  ///   - input: what it reads as standard input; nil for nothing.
  ///   - environment: all of it.
  ///   - wallSeconds: after which it is killed.
  ///   - outputBytes: more output than this kills it.
  ///   - file: the input it works on, for errors.
  /// - Returns: how it ended, and its output.
  /// - Throws: `.parserTimedOut`, `.limitExceeded`, or `.parserFailed` if it cannot be started.
  static func run(
    _ executable: String, arguments: [String], input: Int32? = nil,
    environment: [String: String], wallSeconds: Double, outputBytes: Int, file: String
  ) throws(LoadError) -> BoundedProcess {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw failure("pipe", errno, file) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var child: pid_t = 0
    let code = spawn(
      &child, executable, arguments: arguments, input: input, environment: environment,
      output: ends[1])
    close(ends[1])
    guard code == 0 else { throw failure("starting \(executable)", code, file) }
    let deadline = now() + wallSeconds
    do throws(LoadError) {
      let output = try read(ends[0], until: deadline, atMost: outputBytes, file: file)
      guard let end = wait(for: child, until: deadline) else { throw timedOut(file) }
      return BoundedProcess(end: end, output: output)
    } catch {
      kill(child, SIGKILL)
      _ = wait(for: child, until: .infinity)
      throw error
    }
  }

  /// `SIGSEGV` and the like, or the number.
  static func name(ofSignal signal: Int32) -> String {
    switch signal {
    case SIGSEGV: "SIGSEGV"
    case SIGBUS: "SIGBUS"
    case SIGABRT: "SIGABRT"
    case SIGILL: "SIGILL"
    case SIGFPE: "SIGFPE"
    case SIGTRAP: "SIGTRAP"
    default: "signal \(signal)"
    }
  }

  private static func failure(_ what: String, _ code: Int32, _ file: String) -> LoadError {
    LoadError(.parserFailed, "\(what): \(String(cString: strerror(code)))", file: file)
  }

  private static func timedOut(_ file: String) -> LoadError {
    LoadError(.parserTimedOut, "the parser did not finish in time", file: file)
  }

  /// - Returns: 0 or an `errno`.
  private static func spawn(
    _ child: inout pid_t, _ executable: String, arguments: [String], input: Int32?,
    environment: [String: String], output: Int32
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var words = ([executable] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    // A signal that this process ignores or blocks must still end the child.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    return posix_spawn(&child, executable, &actions, &attributes, &words, &variables)
  }

  private static func read(
    _ descriptor: Int32, until deadline: Double, atMost limit: Int, file: String
  ) throws(LoadError) -> Data {
    var output = Data()
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let rest = deadline - now()
      guard rest > 0 else { throw timedOut(file) }
      var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&event, 1, Int32(clamping: Int(min(rest, 3600) * 1000) + 1))
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", errno, file) }
      if count == 0 { return output }
      guard output.count + count <= limit else {
        throw LoadError(
          .limitExceeded, "the description of the file exceeds \(limit) bytes", file: file)
      }
      output.append(contentsOf: block[..<count])
    }
  }

  /// How the child ended; nil if it has not by the deadline.
  private static func wait(for child: pid_t, until deadline: Double) -> End? {
    var status: Int32 = 0
    while true {
      let result = waitpid(child, &status, deadline.isFinite ? WNOHANG : 0)
      if result == child {
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
      }
      if result < 0, errno != EINTR { return .exited(-1) }
      if now() > deadline { return nil }
      // Its output has ended, so it is about to exit.
      if result == 0 { usleep(200) }
    }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
