import ArgumentParser
import Judge
import Load
import Report
import ShellcheckModel

/// Options of every command that can stop a pipeline.
struct GateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Exit with status 1 for findings of this level or above (default: "
        + "what the policy says, else error).", valueName: "level"))
  var failOn: Policy.FailLevel?

  @Option(
    help: ArgumentHelp(
      "What a model does of which nothing can be said: stop (status 2), pass, or be a finding that "
        + "warns or fails (default: what the policy says, else stop).", valueName: "choice"))
  var inconclusive: Policy.Inconclusive?

  @Option(
    help: ArgumentHelp(
      "Policy file (default: the nearest \(Policy.fileName), from the working folder up to the "
        + "root of the repository).", valueName: "file"),
    completion: .file())
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "An earlier JSON report: what it found of the same models is shown, and does not fail.",
      valueName: "report"),
    completion: .file(extensions: ["json"]))
  var baseline: String?

  @Flag(
    help: ArgumentHelp(
      "Print the entries of a policy that would accept what fails, in place of a report without "
        + "--format."))
  var printAcceptance = false

  @Option(
    help: ArgumentHelp(
      "Benchmark scores of the model and its reference, for the innovation assessment.",
      valueName: "file"),
    completion: .file())
  var results: String?

  @Option(
    help: ArgumentHelp(
      "Day on which accepted findings are looked at, YYYY-MM-DD (default: today in UTC).",
      valueName: "day"),
    transform: { text in
      guard let date = CalendarDate(text) else {
        throw ValidationError("'\(printable(text))' is not a day such as 2026-12-31.")
      }
      return date
    })
  var date: CalendarDate?

  /// Reads what the options name and puts it into the inspection's.
  ///
  /// - Returns: what decides the exit status.
  func apply(
    to options: inout InspectionOptions, in session: Session
  ) throws(UsageError) -> Gate {
    let found = policy == nil ? session.workingFolder.flatMap(PolicyFile.find) : nil
    // Nobody named it, so whoever reads the log should know of it.
    if let found { session.notice("policy \(found)") }
    if let file = policy ?? found {
      do throws(PolicyError) {
        let (policy, digest) = try PolicyFile.read(path: file)
        options.policy = policy
        let shown = session.workingFolder.map { SubjectSource.relative(file, to: $0) }
        options.policyFile = .init(
          path: found == nil ? file : shown ?? file, sha256: digest, place: file)
      } catch {
        throw UsageError(message: error.description)
      }
    }
    if let inconclusive { options.policy.inconclusive = inconclusive }
    if let results {
      do throws(InnovationError) {
        options.benchmarks = try BenchmarkResults.read(path: results)
        options.benchmarksFile = results
      } catch {
        throw UsageError(message: error.description)
      }
    }
    var known = Baseline()
    if let baseline {
      do throws(LoadError) {
        known = Baseline(try SavedReport.record(of: baseline, ofAnyBuild: true).report.judgements)
      } catch {
        throw UsageError(message: error.description)
      }
    }
    return Gate(
      failOn: failOn ?? options.policy.failOn ?? .error, today: date ?? session.today,
      inconclusive: options.policy.inconclusive, baseline: known)
  }
}

/// A file of the user's that cannot be used: nothing was inspected.
struct UsageError: Error {
  var message: String
}

extension GateOutcome {
  /// One line on stderr for each model that could not be cleared.
  func report(_ report: ForensicReport, in session: Session) {
    for index in unchecked.sorted() {
      let subject = report.judgements[index].subject
      session.error(
        "\(subject.path ?? subject.name): it could not be cleared (SCM6003); "
          + "--inconclusive pass lets such models through")
    }
  }
}

extension Policy.FailLevel: ExpressibleByArgument {}
extension Policy.Inconclusive: ExpressibleByArgument {}
