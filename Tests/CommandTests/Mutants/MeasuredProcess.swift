import Dispatch
import Foundation
import Glibc

/// The built program under watch: how it ended, how long it took, and its memory at most.
struct MeasuredProcess {
  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// Killed because it did not end in time.
    case late
  }

  var end: End
  /// Of processors, its own and the kernel's for it: what other processes do does not count.
  var seconds: Double
  /// At most; a process starts with the peak of the one that starts it.
  var peakByteCount: Int
  var output: Data
  var diagnostics: Data

  /// Seconds after which a run is killed: it hangs, however busy the machine.
  private static let deadline = 120.0

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - environment: all of it.
  ///   - folder: what it writes is collected here.
  static func run(
    arguments: [String], environment: [String: String], folder: String
  ) async throws -> MeasuredProcess {
    try await ProcessSlots.shared.withSlot {
      try await withCheckedThrowingContinuation { continuation in
        // A thread of its own: blocked threads of the cooperative pool keep other tests from running.
        DispatchQueue.global().async {
          continuation.resume(
            with: Result {
              try MeasuredProcess(arguments: arguments, environment: environment, folder: folder)
            })
        }
      }
    }
  }

  private init(arguments: [String], environment: [String: String], folder: String) throws {
    let program = try ToolProcess.executable().path(percentEncoded: false)
    let streams = [folder + "/stdout", folder + "/stderr"]
    // Closed by the kernel when the last process that has it open ends.
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (number, path) in zip([STDOUT_FILENO, STDERR_FILENO], streams) {
      posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO + 1)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, nil, &words, &variables)
    close(ends[1])
    guard code == 0 else { throw POSIXError(.init(rawValue: code) ?? .EINVAL) }
    var event = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    let isLate = poll(&event, 1, Int32(Self.deadline * 1000)) == 0
    if isLate { kill(child, SIGKILL) }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
    seconds = [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
    peakByteCount = usage.ru_maxrss << 10
    output = try Data(contentsOf: URL(filePath: streams[0]))
    diagnostics = try Data(contentsOf: URL(filePath: streams[1]))
    let signal = status & 0x7F
    end = isLate ? .late : signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
  }

  /// The most memory that this process, the tests', ever had.
  static var ownPeakByteCount: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }
}
