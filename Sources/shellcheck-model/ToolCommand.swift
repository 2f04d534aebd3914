import ArgumentParser
import Foundation
import Judge
import Kernels
import Report
import ShellcheckModel

/// The root of the command line.
struct ToolCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shellcheck-model",
    abstract: "Tell from the weights of a model what it descends from, and how much of it is new.",
    discussion: """
      The weights are the only evidence: names, configuration and model cards choose what is \
      compared and are checked for honesty.

      Examples:
        shellcheck-model model.safetensors --ref corpus/
        shellcheck-model check model/ --ref corpus/ --format json -o report.json
        shellcheck-model compare child.safetensors parent.safetensors
        shellcheck-model tree base/ chat/ merge/
        shellcheck-model corpus add base/ --id lab/base-8b
        shellcheck-model convert report.json --format html -o report.html
        shellcheck-model verify evidence/
        shellcheck-model explain SCM3001

      Exit status: 0 nothing at or above --fail-on, 1 findings at or above it, 2 some input could \
      not be inspected or some model not be cleared (whatever was found in the others), \
      64 wrong usage, 73 a result could not be written.
      """,
    version: ToolVersion.current + (ToolVersion.commit.map { " (\($0))" } ?? ""),
    subcommands: [
      CheckCommand.self, CompareCommand.self, TreeCommand.self, FingerprintCommand.self,
      CorpusCommand.self, InspectCommand.self, ConvertCommand.self, VerifyCommand.self,
      ProjectCommand.self, ExplainCommand.self,
    ],
    defaultSubcommand: CheckCommand.self)

  /// The first word is a command or a model: one that is neither, and nearly a command, is meant as
  /// such.
  private static func checkFirst(of arguments: [String]) throws {
    let commands = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard let word = arguments.first, !word.hasPrefix("-"), !commands.contains(word),
      !FileManager.default.fileExists(atPath: word),
      let near = NearName.nearest(word, among: commands)
    else { return }
    throw ValidationError(
      "There is no command and no file '\(printable(word))'. Did you mean '\(near)'?")
  }

  /// The word behind a command that has commands of its own is one of them.
  private static func checkSecond(of arguments: [String]) throws {
    guard arguments.count > 1, !arguments[1].hasPrefix("-"),
      let command = configuration.subcommands.first(where: {
        $0.configuration.commandName == arguments[0] && !$0.configuration.subcommands.isEmpty
      })
    else { return }
    let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(arguments[1]), arguments[1] != "help" else { return }
    throw ValidationError(
      "There is no command '\(arguments[0]) \(printable(arguments[1]))'; there are "
        + names.joined(separator: ", ") + "." + NearName.hint(arguments[1], among: names))
  }

  /// Parses and runs a command.
  ///
  /// - Returns: the exit status of the process.
  static func execute(_ arguments: [String], in session: Session) async -> Int32 {
    do {
      guard skm_environment_is_usable() != 0 else {
        throw ValidationError(
          "SHELLCHECK_MODEL_SIMD must be portable, avx2 or avx512, and this processor must have it")
      }
      if arguments.isEmpty {
        session.diagnostics.write(helpMessage(columns: session.columns) + "\n")
        return ExitStatus.usage.rawValue
      }
      try checkFirst(of: arguments)
      try checkSecond(of: arguments)
      var command = try parseAsRoot(arguments == ["-V"] ? ["--version"] : arguments)
      if let command = command as? any SessionCommand {
        return await command.perform(in: session).rawValue
      }
      try command.run()
      return ExitStatus.success.rawValue
    } catch {
      let code = exitCode(for: error)
      let stream = code.isSuccess ? session.output : session.diagnostics
      // Messages quote arguments, and a shell's wildcard may have found a hostile file name.
      let message = CompletionScript.offeringDefaultCommand(fullMessage(for: error))
      let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
      // One style of error, whoever found it.
      let styled = lines.map { line in
        line.hasPrefix("Error: ") ? "shellcheck-model: error: " + line.dropFirst(7) : String(line)
      }
      stream.write(styled.map { printable($0) + "\n" }.joined())
      return code.rawValue
    }
  }
}

/// A command that touches the world only through its session.
protocol SessionCommand: AsyncParsableCommand {
  func perform(in session: Session) async -> ExitStatus
}

/// What the process tells its caller, as the tool's contract fixes it.
enum ExitStatus: Int32 {
  case success = 0
  case findings = 1
  case failures = 2
  case usage = 64
  /// A report or another result could not be written.
  case unwritten = 73
}

extension ExitStatus {
  init(_ status: GateOutcome.Status) {
    self =
      switch status {
      case .passes: .success
      case .findings: .findings
      case .unread: .failures
      }
  }

  /// What failures come to: what could not be written outweighs what could not be read, for then
  /// nobody has the result.
  init(_ failures: [InputFailure]) {
    let kinds = failures.map(\.kind)
    if kinds.contains(.output) {
      self = .unwritten
    } else if !kinds.isEmpty {
      self = kinds.allSatisfy { $0 == .usage } ? .usage : .failures
    } else {
      self = .success
    }
  }
}
