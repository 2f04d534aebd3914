import Foundation
import Glibc

/// What a parser in a process of its own prints, and how it ended.
struct BoundedProcess {
  var end: ChildProcess.End
  var output: Data

  /// Runs a program to its end or to a deadline, its standard error discarded.
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
    var output = Data()
    var fits = true
    let end: ChildProcess.End
    do throws(ChildProcess.Failure) {
      end = try ChildProcess.run(
        executable, arguments: arguments, input: input, environment: environment,
        wallSeconds: wallSeconds
      ) { bytes in
        fits = output.count + bytes.count <= outputBytes
        if fits { output.append(contentsOf: bytes) }
        return fits
      }
    } catch {
      switch error {
      case .tooLong:
        throw LoadError(.parserTimedOut, "the parser did not finish in time", file: file)
      case .system(let what, let code):
        throw LoadError(
          .parserFailed, "\(what): \(String(cString: strerror(code)))", file: file)
      }
    }
    guard fits else {
      throw LoadError(
        .limitExceeded, "the description of the file exceeds \(outputBytes) bytes", file: file)
    }
    return BoundedProcess(end: end, output: output)
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
}
