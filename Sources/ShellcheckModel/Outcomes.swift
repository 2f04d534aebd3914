internal import Judge
package import Report

/// An input that could not be inspected, and why.
public struct InputFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The input as it was named by the caller.
  public var input: String
  /// One line that says what is wrong and, where it helps, what to do.
  public var message: String
  /// What failed.
  public var kind: Kind

  /// What a failure is a failure of.
  public enum Kind: Sendable, Equatable {
    /// A model or a reference could not be read.
    case input
    /// Something could not be written.
    case output
    /// The call itself: it names nothing that could be inspected.
    case usage
  }

  /// A failure of one input; others are not affected.
  public init(input: String, message: String, kind: Kind = .input) {
    self.input = input
    self.message = message
    self.kind = kind
  }

  /// The input and the message on one line.
  public var description: String { "\(input): \(message)" }
}

/// What checking or comparing models came to.
public struct CheckOutcome: Sendable {
  package let report: ForensicReport
  /// Models and references that could not be inspected, in the order they were given.
  public let failures: [InputFailure]
  /// What each judgement rests on; empty unless the options ask for it.
  var grounds: [Grounds] = []
  /// Whether two models were held against each other.
  var isComparison = false
  /// What came from a hub; nil if no model on one was named.
  public let hubTraffic: HubTraffic?

  package init(
    report: ForensicReport, failures: [InputFailure], hubTraffic: HubTraffic? = nil
  ) {
    self.report = report
    self.failures = failures
    self.hubTraffic = hubTraffic
  }

  /// Nothing could be judged.
  init(_ failure: InputFailure) {
    self.init(
      report: ForensicReport(
        tool: ToolVersion.tool,
        corpus: CorpusSummary(
          digest: String(repeating: "0", count: 64), references: 0, path: failure.input),
        judgements: []),
      failures: [failure])
  }

  /// The verdicts, in the order of the models that could be inspected.
  public var verdicts: [SubjectVerdict] {
    report.judgements.map { judgement in
      SubjectVerdict(
        subject: judgement.subject.name, relation: judgement.verdict.relation.rawValue,
        parents: judgement.parents.map(\.reference), log10P: judgement.verdict.log10P,
        findings: judgement.findings.map(\.code.rawValue))
    }
  }

  /// The report as JSON, schema `shellcheck-model/report/2`, with layers and tensors.
  public var json: String {
    JSONWriter(options: WriterOptions(detail: .tensors)).write(report)
  }
}

/// The verdict on one model in short.
public struct SubjectVerdict: Sendable, Equatable {
  /// File or folder name of the model.
  public var subject: String
  /// `identical`, `derived`, `partial`, `merged`, `shared-initialisation`, `no-evidence` or
  /// `inconclusive`.
  public var relation: String
  /// Ids of the references it descends from, strongest first.
  public var parents: [String]
  /// log10 of the p-value of the strongest evidence, corrected for the number of references.
  public var log10P: Double
  /// Codes of the findings, `SCM2002`.
  public var findings: [String]
}

/// A fingerprint that was written, or was there.
public struct FingerprintRecord: Sendable, Equatable {
  /// The model as it was named by the caller.
  public var model: String
  /// Path of the fingerprint.
  public var file: String
  /// Size of the fingerprint in bytes.
  public var byteCount: UInt64
  /// What a corpus calls it.
  public var id: String
  /// Whether it was written, rather than found there.
  public var isNew: Bool

  /// A record of one file.
  public init(model: String, file: String, byteCount: UInt64, id: String, isNew: Bool = true) {
    self.model = model
    self.file = file
    self.byteCount = byteCount
    self.id = id
    self.isNew = isNew
  }
}

/// What fingerprinting models came to.
public struct FingerprintOutcome: Sendable, Equatable {
  /// Fingerprints that were written, in the order of the models.
  public var records: [FingerprintRecord]
  /// Models that could not be inspected, in the order they were given.
  public var failures: [InputFailure]
  /// What came from a hub; nil if no model on one was named.
  public var hubTraffic: HubTraffic?

  /// An outcome for as many models as there are records and failures.
  public init(records: [FingerprintRecord], failures: [InputFailure]) {
    self.records = records
    self.failures = failures
  }
}
