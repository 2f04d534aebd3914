import Glibc
import Synchronization

/// Runs a program to its end or to a deadline, and hands on what it prints as it comes.
///
/// Not Foundation's `Process`, whose reading, waiting and closing of descriptors cannot be bounded
/// together, and whose children outlive an interruption of this process.
package enum ChildProcess {
  package enum End: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  package enum Failure: Error, Equatable {
    /// What the system refused, with its `errno`.
    case system(String, Int32)
    case tooLong
  }

  /// Children that have not been waited for.
  private static let running = Mutex<Set<pid_t>>([])

  /// Runs a program, its standard error discarded.
  ///
  /// - Parameters:
  ///   - executable: a path; not searched for.
  ///   - arguments: without the program's name.
  ///   - input: what it reads as standard input; nil for nothing.
  ///   - environment: all of it.
  ///   - wallSeconds: after which it is killed.
  ///   - take: gets what it prints; false kills it.
  /// - Returns: how it ended.
  package static func run(
    _ executable: String, arguments: [String], input: Int32? = nil,
    environment: [String: String], wallSeconds: Double, _ take: (UnsafeRawBufferPointer) -> Bool
  ) throws(Failure) -> End {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system("pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let (child, code) = running.withLock { running -> (pid_t, Int32) in
      var child: pid_t = 0
      let code = spawn(
        &child, executable, arguments: arguments, input: input, environment: environment,
        output: ends[1])
      if code == 0 { running.insert(child) }
      return (child, code)
    }
    close(ends[1])
    guard code == 0 else { throw .system("starting \(executable)", code) }
    let deadline = now() + wallSeconds
    do throws(Failure) {
      if try !read(ends[0], until: deadline, take) { kill(child, SIGKILL) }
      guard let end = wait(for: child, until: deadline) else { throw .tooLong }
      return end
    } catch {
      kill(child, SIGKILL)
      _ = wait(for: child, until: .infinity)
      throw error
    }
  }

  /// Kills all children, and keeps others from being started while `body` runs.
  static func end<Result>(before body: () -> Result) -> Result {
    running.withLock { running in
      for child in running { kill(child, SIGKILL) }
      return body()
    }
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

  /// - Returns: whether all of it was taken.
  private static func read(
    _ descriptor: Int32, until deadline: Double, _ take: (UnsafeRawBufferPointer) -> Bool
  ) throws(Failure) -> Bool {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let rest = deadline - now()
      guard rest > 0 else { throw .tooLong }
      var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&event, 1, Int32(clamping: Int(min(rest, 3600) * 1000) + 1))
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system("read", errno) }
      if count == 0 { return true }
      let isWanted = block.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      guard isWanted else { return false }
    }
  }

  /// How the child ended; nil if it has not by the deadline.
  private static func wait(for child: pid_t, until deadline: Double) -> End? {
    while true {
      // After it was waited for, its number may be another process's.
      let end = running.withLock { running -> End? in
        var status: Int32 = 0
        let result = waitpid(child, &status, WNOHANG)
        if result == 0 || (result < 0 && errno == EINTR) { return nil }
        running.remove(child)
        guard result == child else { return .exited(-1) }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
      }
      if let end { return end }
      if now() > deadline { return nil }
      // Its output has ended, so it is about to exit.
      usleep(200)
    }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
