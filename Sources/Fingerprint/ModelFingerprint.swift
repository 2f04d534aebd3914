package import Canonicalise
package import Load

/// What the Fingerprint stage hands on: all that later stages need to know of a model's weights.
package struct ModelFingerprint: Sendable {
  /// Changes whenever an older reader would misread a fingerprint.
  package static let formatVersion = "shellcheck-model/fingerprint/3"
  /// Without single values; read as well.
  package static let formatWithoutSamples = "shellcheck-model/fingerprint/2"

  package var identity: Identity
  package var tensors: [TensorFingerprint]
  /// The semantic probe directions, or why there are none.
  package var frame: FrameSummary?
  package var circuits: [LayerCircuits]
  /// What could not be fingerprinted, and why.
  package var notes: [String]
  /// Singular values, beside those of the frame, that are a reference's: of tables that may be embeddings,
  /// and of what is left of the embedding without rows that may have been appended.
  package var spectra: [TableSpectrum] = []
  /// Units that put out what nothing takes, of a subject whose weights were at hand.
  package var dead: [DeadUnits] = []
  /// By which units of other networks' weights can be lined up with its own, where there are no circuits; nil where
  /// none were wanted, or nothing can have some.
  package var units: UnitSignatures?
  /// What was done to the matrices of a subject before it was looked at, if anything was.
  package var equilibrated: EquilibratedMatrices?
  /// The files that were read for it, as they were opened; empty for a fingerprint from a file.
  package var sources: [Checkpoint.SourceFile] = []

  package init(
    identity: Identity, tensors: [TensorFingerprint], frame: FrameSummary?,
    circuits: [LayerCircuits], notes: [String]
  ) {
    self.identity = identity
    self.tensors = tensors
    self.frame = frame
    self.circuits = circuits
    self.notes = notes
  }

  package struct Identity: Sendable, Equatable, Codable {
    package var name: String
    /// SHA-256 over names, types, shapes and digests of all tensors, as hexadecimal digits.
    package var digest: String
    package var format: String
    package var files: Int
    package var parameters: Int
    package var family: String?
    package var dimensions: [String: Dimensions]
    /// What the model says of its own descent and licence.
    package var disclosure: Disclosure
    /// Where config.json says something else than the tensors show.
    package var contradictions: [ConfigContradiction]
    /// What of the model should have been read and was not; nil if all of it was.
    ///
    /// An optional, because fingerprints of earlier versions do not have it.
    package var problems: [LoadProblem]?

    package init(
      name: String, digest: String, format: String, files: Int, parameters: Int, family: String?,
      dimensions: [String: Dimensions], disclosure: Disclosure = Disclosure(),
      contradictions: [ConfigContradiction] = [], problems: [LoadProblem]? = nil
    ) {
      self.name = name
      self.digest = digest
      self.format = format
      self.files = files
      self.parameters = parameters
      self.family = family
      self.dimensions = dimensions
      self.disclosure = disclosure
      self.contradictions = contradictions
      self.problems = problems
    }
  }

  /// Whether it has matrices, and no single values of any: it comes from a file of format 2.
  package var lacksSingleValues: Bool {
    let matrices = tensors.filter { $0.matrix != nil && $0.isEvidence }
    return !matrices.isEmpty && matrices.allSatisfy { $0.sample == nil }
  }

  /// Whether it holds changes of another model's weights, and is no model by itself.
  package var isAdapter: Bool {
    let evidence = tensors.filter(\.isEvidence)
    return evidence.contains(where: \.isChange)
      || !evidence.isEmpty && evidence.allSatisfy(\.belongsToAdapter)
  }

  /// Names of the components that hold tensors, in order of appearance.
  package var components: [String] {
    var seen: Set<String> = []
    return tensors.lazy.map(\.component).filter { seen.insert($0).inserted }
  }
}

extension ModelFingerprint.Identity {
  /// Problems of one kind.
  package func problems(_ kind: LoadProblem.Kind) -> [LoadProblem] {
    (problems ?? []).filter { $0.kind == kind }
  }

  /// Files of weights that are no part of what was read.
  package var unreadFiles: [LoadProblem] { (problems ?? []).filter(\.kind.isOfUnreadFile) }

  /// Whether it is one shard of a model in several.
  package var isPart: Bool { !problems(.part).isEmpty }

  /// Share of the numbers in the files of weights that could be read; nil where some that could not
  /// be counted could not be read either.
  package var readShare: Double? {
    var unread = 0.0
    for problem in problems(.unreadTensor) {
      guard let elements = problem.elements else { return nil }
      unread += Double(max(0, elements))
    }
    return unread == 0 ? 1 : Double(parameters) / (Double(parameters) + unread)
  }
}
