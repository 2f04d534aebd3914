package import Fingerprint

/// References that a subject can be compared with.
package protocol ComparableCorpus: Sendable {
  /// References that can be used.
  var count: Int { get }
  /// SHA-256 over ids and root digests: says which references a report rests on.
  var digest: String { get }
  /// All references that can be used, in the order of their ids.
  var listing: [CorpusMember] { get }
  /// What could not be used, and why; that of finding the references included.
  var problems: [CorpusProblem] { get }
  /// The frames that a model without a tokenizer may borrow.
  var anchors: AnchorPool { get }

  /// The reference that was made from files with these SHA-256, in order, and from no others; of
  /// several the first by their ids, nil if there is none.
  ///
  /// - Throws: if its fingerprint cannot be read.
  func holder(ofFiles digests: [String]) throws(FingerprintError) -> Reference?

  /// The references to compare a subject with, and what is known of the others.
  ///
  /// - Parameter declared: whether the subject names this reference as its parent.
  func selection(
    for subject: ModelFingerprint, declared: @Sendable (ReferenceCorpus.Entry) -> Bool
  ) -> CorpusSelection
}

/// What a subject is compared with.
package struct CorpusSelection: Sendable {
  /// In the order of their ids.
  package var references: [Reference] = []
  /// References that screening left out.
  package var screened: [ScreenedReference] = []
  /// References that were chosen without looking at the subject; nil if all were.
  package var controls: Set<String>?
  /// Chosen references that could not be opened.
  package var problems: [CorpusProblem] = []

  package init(references: [Reference] = []) {
    self.references = references
  }

  /// Makes one reference of each model that was chosen under several names.
  ///
  /// - Parameter declared: whether the subject names a reference as its parent.
  package mutating func mergeTwins(declared: (Reference) -> Bool) {
    references = ReferenceTwins.merge(references, declared: declared)
    controls = controls.map { controls in
      Set(
        references.filter { reference in
          ([reference.id] + reference.twins.map(\.id)).contains(where: controls.contains)
        }.map(\.id))
    }
  }
}

/// A reference that was held against the subject on the packed index only.
package struct ScreenedReference: Sendable, Equatable {
  /// Kinds of evidence that the strongest is taken of.
  package static let tests = ScreeningScore.Channel.allCases.count + 1

  package var id: String
  package var score: ScreeningScore
  /// Whether its score is one that strangers have.
  package var isClear: Bool

  package init(id: String, score: ScreeningScore, isClear: Bool) {
    (self.id, self.score, self.isClear) = (id, score, isClear)
  }
}
