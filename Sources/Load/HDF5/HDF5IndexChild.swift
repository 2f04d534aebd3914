import Foundation
import Glibc

/// What `HDF5IndexProcess` starts: restricts itself, parses one file, prints the reply.
enum HDF5IndexChild {
  /// Prints the reply about a file on standard output.
  ///
  /// - Returns: the exit status.
  static func run(
    path: String, limits: LoadLimits.Parser, structure: LoadLimits.HDF5
  ) -> Int32 {
    closeInheritedDescriptors()
    guard restrict(limits) else { return EX_OSERR }
    var reply: HDF5IndexProcess.Reply
    do throws(LoadError) {
      reply = .index(try HDF5IndexBuilder.index(ofFileAt: path, limits: structure))
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

  private static func restrict(_ limits: LoadLimits.Parser) -> Bool {
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
