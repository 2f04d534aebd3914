import ArgumentParser
import ShellcheckModel

/// Options of every command that reads weights.
struct EffortOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads that read and compare (default: one per processor core).", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Bytes that may come from a hub in this run, such as 300MB; of a model that is larger `check` "
        + "takes a quick look.", valueName: "size"))
  var budget: ByteSize?

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
    var options = InspectionOptions(
      threads: threads, usesCache: !noCache, declaredParents: declared,
      environment: session.environment)
    options.hubBudget = budget?.bytes
    return options
  }
}
