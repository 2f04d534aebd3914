import ArgumentParser
import ShellcheckModel

/// Options of every command that reads weights.
struct EffortOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads that read and compare (default: one per processor core).", valueName: "n"))
  var threads: Int?

  @Flag(help: "Neither use nor keep cached fingerprints of references.")
  var noCache = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be between 1 and 1024.")
    }
  }

  func inspection(in session: Session) -> Inspection {
    session.makeInspection(options(in: session))
  }

  func options(in session: Session, declared: [String] = []) -> InspectionOptions {
    InspectionOptions(
      threads: threads, usesCache: !noCache, declaredParents: declared,
      environment: session.environment)
  }
}
