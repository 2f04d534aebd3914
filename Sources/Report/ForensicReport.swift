package import Compare
package import Judge

/// What the Report stage hands to its writers: one run of the tool, whatever the output format.
package struct ForensicReport: Sendable, Codable {
  /// Nil where the library was called, not the tool.
  package var invocation: Invocation?
  package var tool: Tool
  package var corpus: CorpusSummary
  /// In the order the models were given.
  package var judgements: [Judgement]
  /// Where each judged model lies, in the order of the judgements.
  package var sources: [SubjectSource]
  /// Models that could not be inspected, in the order they were given.
  package var inputErrors: [InputError]
  /// What the gate says; nil where nobody asked it.
  ///
  /// For people only: it may change from day to day, and documents must not.
  package var gate: GateOutcome?

  /// All but the gate, which is of a day.
  private enum CodingKeys: String, CodingKey {
    case invocation, tool, corpus, judgements, sources, inputErrors
  }

  package init(
    tool: Tool, corpus: CorpusSummary, judgements: [Judgement], sources: [SubjectSource] = [],
    inputErrors: [InputError] = []
  ) {
    self.tool = tool
    self.corpus = corpus
    self.judgements = judgements
    self.sources = sources
    self.inputErrors = inputErrors
  }

  /// The judgements with their files; a model whose files nobody named is taken for one file.
  var subjects: [ReportedSubject] {
    judgements.enumerated().map { index, judgement in
      let unnamed = SubjectSource(files: [.init(path: judgement.subject.name, isWeights: true)])
      return ReportedSubject(
        judgement: judgement, source: index < sources.count ? sources[index] : unnamed)
    }
  }

  /// What bore the names of the parents: those of the corpus's references whose weights were read, each
  /// once, in the order of the judgements.
  var parentsInCorpus: [CorpusMember] {
    var seen: Set<String> = []
    return judgements.flatMap(\.parents).compactMap { parent in
      guard seen.insert(parent.reference).inserted else { return nil }
      return corpus.member(parent.reference)
    }
  }

  /// Whether one model was asked about and judged: such a report is one object, not a list.
  var isAboutOneModel: Bool { judgements.count == 1 && inputErrors.isEmpty }
}

package struct Tool: Sendable, Equatable, Codable {
  package var name: String
  package var version: String
  /// Of the sources that it was built from; nil where the build was not told.
  package var commit: String?

  package init(name: String, version: String, commit: String? = nil) {
    self.name = name
    self.version = version
    self.commit = commit
  }
}

/// The references that the subjects were compared with.
package struct CorpusSummary: Sendable, Equatable, Codable {
  /// SHA-256 over the digests of the references, as 64 hexadecimal digits.
  package var digest: String
  package var references: Int
  /// Where the references came from.
  ///
  /// Shown to people only: a report that others reproduce must not
  /// depend on where a folder lies.
  package var path: String = ""
  /// How the digest is made.
  package var recipe: String
  /// All references, in the order of their ids.
  package var listing: [CorpusMember]

  /// All but the path.
  private enum CodingKeys: String, CodingKey {
    case digest, references, recipe, listing
  }

  package init(
    digest: String, references: Int, path: String, recipe: String = "", listing: [CorpusMember] = []
  ) {
    self.digest = digest
    self.references = references
    self.path = path
    self.recipe = recipe
    self.listing = listing
  }
}

extension CorpusSummary {
  /// A reference by its id; nil where its weights were not read as a whole.
  func member(_ id: String) -> CorpusMember? {
    listing.first { $0.id == id && !$0.digest.isEmpty }
  }
}

extension CorpusMember {
  /// The id, with the revision where it is known.
  var named: String { revision.map { "\(id) (\($0))" } ?? id }
}

/// A model that could not be inspected, and why.
package struct InputError: Sendable, Equatable, Codable {
  package var input: String
  package var message: String

  package init(input: String, message: String) {
    self.input = input
    self.message = message
  }
}
