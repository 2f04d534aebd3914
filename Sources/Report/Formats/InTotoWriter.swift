internal import Compare
internal import Judge

/// An in-toto Statement, version 1, about the lineage of weights: one line of JSON for each model,
/// unsigned, to be put into an envelope by a signer such as cosign.
///
/// Its subjects are the files of the model by SHA-256, which costs another reading of them; the
/// predicate is our own (`docs/schema/weight-lineage-1.schema.json`, `docs/attestation.md`).
///
/// Source: https://github.com/in-toto/attestation, spec/v1.
package struct InTotoWriter: ReportWriter {
  package static let format = "in-toto"
  package static let predicateType = "urn:shellcheck-model:weight-lineage:1"
  package static let needsFileDigests = true

  package init(options: WriterOptions) {}

  package func write(_ report: ForensicReport) -> String {
    report.subjects.map { statement($0, report).onOneLine() + "\n" }.joined()
  }

  private func statement(_ reported: ReportedSubject, _ report: ForensicReport) -> JSONNode {
    .object([
      "_type": .string("https://in-toto.io/Statement/v1"),
      "subject": .array(subjects(reported)),
      "predicateType": .string(Self.predicateType),
      "predicate": predicate(reported, report),
    ])
  }

  /// Verifiers look for the SHA-256 of the file that they have at hand.
  private func subjects(_ reported: ReportedSubject) -> [JSONNode] {
    let files = reported.source.files.compactMap { file in
      file.sha256.map { Self.descriptor(file.path, "sha256", $0) }
    }
    guard files.isEmpty, let digest = reported.subject.digest else { return files }
    return [Self.descriptor(reported.subject.name, "shellcheckModelRoot1", digest)]
  }

  private static func descriptor(
    _ name: String, _ algorithm: String, _ digest: String
  ) -> JSONNode {
    .object(["name": .string(name), "digest": .object([algorithm: .string(digest)])])
  }

  private func predicate(_ reported: ReportedSubject, _ report: ForensicReport) -> JSONNode {
    let judgement = reported.judgement
    let subject = judgement.subject
    return .present([
      "tool": .present([
        "name": .string(report.tool.name), "version": .string(report.tool.version),
        "commit": report.tool.commit.map(JSONNode.string),
        "method": .integer(MethodConstants.version),
      ]),
      "policy": report.invocation?.policy.map {
        .object(["path": .string($0.path), "sha256": .string($0.sha256)])
      },
      "date": report.invocation?.stamp.map { .string($0.date) },
      "corpus": .object([
        "digest": .string(report.corpus.digest), "references": .integer(report.corpus.references),
      ]),
      "weights": .present([
        "name": .string(subject.name),
        "path": subject.path.map(JSONNode.string),
        "rootDigest": .optional(subject.digest, JSONNode.string),
        "format": .string(subject.format),
        "parameters": .integer(subject.parameters),
        "tensors": .integer(subject.tensors),
        "family": .optional(subject.family, JSONNode.string),
      ]),
      "declared": subject.declared.node,
      "verdict": judgement.verdict.node,
      "parents": .array(judgement.parents.map { parent($0, in: report.corpus) }),
      "findings": .array(
        judgement.findings.map { finding in
          .present([
            "code": .string(finding.code.rawValue), "name": .string(finding.code.name),
            "level": .string(finding.level.rawValue),
            "message": .string(Language.en.message(finding)),
            "accepted": finding.accepted?.node,
          ])
        }),
      "limits": .strings(Language.en.limits(judgement)),
      "unreadWeights": reported.source.unread.isEmpty ? nil : .strings(reported.source.unread),
    ])
  }

  private func parent(_ parent: Parent, in corpus: CorpusSummary) -> JSONNode {
    .present([
      "reference": .string(parent.reference),
      // A name may be anybody's; the weights are what was compared.
      "referenceDigest": corpus.member(parent.reference).map { .string($0.digest) },
      "relation": .string(parent.relation.rawValue),
      "direction": .string(parent.direction.value.rawValue),
      "because": .string(parent.direction.because.rawValue),
      "alternatives": .strings(parent.alternatives),
      "log10P": .number(parent.log10P),
      "coefficient": .optional(parent.coefficient, JSONNode.number),
      "derivedShare": .optional(parent.modification?.derivedShare, JSONNode.number),
      "derivedShareLow": .optional(parent.modification?.derivedShareLow, JSONNode.number),
      "derivedShareHigh": .optional(parent.modification?.derivedShareHigh, JSONNode.number),
      "notTested": .optional(parent.modification?.untested, JSONNode.number),
      "changes": .strings(parent.changes.map(\.kind.rawValue)),
    ])
  }
}
