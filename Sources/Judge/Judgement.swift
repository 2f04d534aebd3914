/// What the Judge stage hands on: everything a report says about one subject.
///
/// Field names and meanings are those of the report schema `shellcheck-model/report/2`.
package struct Judgement: Sendable, Codable {
  package var subject: Subject
  package var verdict: Verdict
  /// Strongest first; empty for `noEvidence` and `inconclusive`.
  package var parents: [Parent]
  /// Every reference compared, strongest first.
  package var candidates: [Candidate]
  package var components: [Component]
  /// How a merge was put together; nil of what is none.
  package var blend: Blend?
  package var innovation: Innovation?
  /// What else could explain the likeness to the first parent, with what speaks for and against it.
  package var explanations: [Explanation] = []
  package var findings: [Finding]
  /// What the policy accepts of these weights, and was not found.
  package var unusedAcceptances: [AcceptedFinding] = []
  /// What could not be judged, and why.
  package var limits: [Limit]
  package var layers: [LayerDetail]
  package var tensors: [TensorDetail]

  package init(
    subject: Subject, verdict: Verdict, parents: [Parent], candidates: [Candidate],
    components: [Component], innovation: Innovation? = nil, findings: [Finding],
    limits: [Limit], layers: [LayerDetail], tensors: [TensorDetail]
  ) {
    self.innovation = innovation
    self.subject = subject
    self.verdict = verdict
    self.parents = parents
    self.candidates = candidates
    self.components = components
    self.findings = findings
    self.limits = limits
    self.layers = layers
    self.tensors = tensors
  }
}

package struct Verdict: Sendable, Codable {
  package var relation: Relation
  /// log10 of the p-value of the strongest evidence, Bonferroni-corrected over the references.
  package var log10P: Double
  package var statement: Statement

  package init(relation: Relation, log10P: Double, statement: Statement) {
    self.relation = relation
    self.log10P = log10P
    self.statement = statement
  }
}

extension Judgement {
  /// Calls the subject by another name, as it was judged by its own.
  package mutating func rename(_ name: String) {
    for index in findings.indices where findings[index].location == subject.name {
      findings[index].location = name
    }
    subject.name = name
  }
}
