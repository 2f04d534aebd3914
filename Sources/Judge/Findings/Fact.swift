/// What a finding says, with all that its words need.
///
/// One case for each thing that can be said: the Report stage puts it into words in an exhaustive
/// `switch`, every language side by side.
package enum Fact: Sendable, Equatable, Codable {
  case notFiniteValues(count: Int, tensors: [String], tensorCount: Int)
  /// A file whose content is of another format than its name promises.
  case ambiguousFile(file: String, problem: String)
  case unreadWeights(UnreadWeights)
  case undecodedWeights([Undecoded], share: Double)
  case unsafePickle(UnsafePickle)
  /// Parts, by their prefixes, whose tensors claim the same places.
  case rivalParts([String])
  case lineage(Lineage)
  case undeclaredParent(UndeclaredParent)
  case declaredParentNotFound(MissingParent)
  case wrongRelation(WrongRelation)
  /// A merge that leaves ingredients out.
  case undeclaredIngredients(MergeList)
  /// A merge that lists ingredients of which the weights show nothing.
  case unseenIngredients(MergeList)
  case parentNotAllowed(reference: String, allowed: [String])
  case licenceConflict(LicenceConflict)
  case licenceNotice(LicenceNotice)
  case licenceNotAllowed(licence: String?, reference: String?, allowed: [String])
  case obfuscatedWeights(Obfuscated)
  /// White noise of one size lies between the model and a reference.
  case noiseDisguise(Noise)
  /// Rounding alone led from a reference to the model.
  case faithfulQuantisation(Quantisation)
  /// Something else did, too, in the tensors that are named.
  case unfaithfulQuantisation(Quantisation)
  case configContradictsWeights([Contradiction])
  case vocabularyContradictsWeights(Vocabulary)
  case lowCoverage(Double)
  /// - Parameter read: share of the numbers in the files that could be read; nil where nobody can
  ///   tell how many could not.
  case unreadTensors(count: Int, tensors: [String], read: Double?)
  /// - Parameter read: share of the bytes.
  case quickLook(read: Double, coverage: Double)
  case corpusDamaged(problem: String)
  case inconclusive(Policy.Inconclusive)
  /// Nothing was found, and against these references only the numbers in place could be looked at.
  case blindToOrder(references: [String])
  /// Whole models under these prefixes stand beside the one that a quick look reads.
  case modelsNotLookedAt([String])
  /// Files of weights beside the model that are damaged, or shards without the others.
  case brokenWeights(files: [String])
  /// What the parents leave, so much of the parameters, could be looked for in place only.
  case undescribedRest(share: Double)
  /// The same of less, which is told and stops nothing.
  case undescribedPart(share: Double, matrices: Int)
  /// What the parents leave has parts without circuits in which copies of these references would not be seen.
  case unanchoredPart(references: [String])
  /// An embedding has the singular values of these references', of which nothing else was found.
  case sharedSpectrum(references: [String])
  /// An adapter without the model that it changes.
  case adapterAlone(declared: [String])
  /// What the corpus says of who came first, and what the weights show.
  case corpusContradiction(reference: String, asserted: Direction, shown: Direction)

  /// Files of weights that are no part of what was judged.
  package struct UnreadWeights: Sendable, Equatable, Codable {
    /// The first of them, as seen from the model's folder.
    package var files: [String]
    /// What each is, in English.
    package var problems: [String]
    package var count: Int

    package init(files: [String], problems: [String], count: Int) {
      self.files = files
      self.problems = problems
      self.count = count
    }
  }

  /// Weights that are stored in one way, which is not decoded.
  package struct Undecoded: Sendable, Equatable, Codable {
    /// `MLX, U32`.
    package var storage: String
    package var tensors: Int
    package var parameters: Int

    package init(storage: String, tensors: Int, parameters: Int) {
      self.storage = storage
      self.tensors = tensors
      self.parameters = parameters
    }
  }

  /// Names that pickles look up where they are loaded.
  package struct UnsafePickle: Sendable, Equatable, Codable {
    package enum Danger: Sendable, Equatable, CaseIterable, Codable {
      /// Known to run code.
      case dangerous
      /// Not known, and called.
      case called
      /// Not known, and only named.
      case named
    }

    package var danger: Danger
    /// The first of the files, and what each does: `calls 'os.system' (REDUCE at byte 41)`.
    package var files: [String]
    package var problems: [String]
    package var count: Int

    package init(danger: Danger, files: [String], problems: [String], count: Int) {
      self.danger = danger
      self.files = files
      self.problems = problems
      self.count = count
    }
  }

  /// SCM2001 to SCM2006.
  package struct Lineage: Sendable, Equatable, Codable {
    package var relation: Relation
    package var statement: Statement
    package var log10P: Double
    package var references: [String]
    package var derivedShare: Double?
    /// Weights of a merge, in the order of the references.
    package var shares: [Double]

    package init(
      relation: Relation, statement: Statement, log10P: Double, references: [String],
      derivedShare: Double? = nil, shares: [Double] = []
    ) {
      self.relation = relation
      self.statement = statement
      self.log10P = log10P
      self.references = references
      self.derivedShare = derivedShare
      self.shares = shares
    }
  }

  /// SCM3001: what is amiss with the declaration of a parent.
  package struct UndeclaredParent: Sendable, Equatable, Codable {
    package var reference: String
    package var log10P: Double
    package var direction: Direction
    package var derivedShare: Double?
    package var grounds: Grounds

    package enum Grounds: Sendable, Equatable, Codable {
      /// Built on the reference, and no parent is declared.
      case nothingDeclared
      /// Shares trained weights with the reference, which one came first being open, and no parent is
      /// declared.
      case kinshipUndeclared
      /// An adapter that has the changes of another.
      case adapter
      /// Built on the reference, and other parents alone are declared.
      case others([String])
      /// Related to the reference; what is declared is not in the corpus.
      case unknownParents([String])
      /// Related to the reference, of which the corpus says that it was made from the declared parent.
      case namedByReference(String)
      /// Nearer to the reference than to the parent that is declared.
      case nearer(than: String)
      /// A name in a place where nobody would look for it.
      case hint(Hint)
    }
    /// Files that may name it, and could not be read.
    package var unread: [String]

    package struct Hint: Sendable, Equatable, Codable {
      package var file: String
      package var name: String

      package init(file: String, name: String) {
        self.file = file
        self.name = name
      }
    }

    package init(
      reference: String, log10P: Double, direction: Direction, derivedShare: Double? = nil,
      grounds: Grounds = .nothingDeclared, unread: [String] = []
    ) {
      self.reference = reference
      self.log10P = log10P
      self.direction = direction
      self.derivedShare = derivedShare
      self.grounds = grounds
      self.unread = unread
    }
  }

  package struct MissingParent: Sendable, Equatable, Codable {
    package var reference: String
    package var declaredAs: String
    package var declaredIn: String
    package var log10P: Double
    package var coverage: Double
    package var linearMean: Double
  }

  package struct WrongRelation: Sendable, Equatable, Codable {
    package var reference: String
    package var declared: String
    package var measured: MeasuredRelation
    package var kinds: [ChangeKind]
  }

  package struct MergeList: Sendable, Equatable, Codable {
    package var found: [String]
    /// The ingredients at fault.
    package var amiss: [String]
    package var declared: [String]
  }

  package struct LicenceConflict: Sendable, Equatable, Codable {
    package var reference: String
    package var licence: String
    package var parentLicence: String
    package var parentLicenceName: String
    package var version: String
    package var url: String
    package var broken: [BrokenDuty]
    package var direction: Direction
  }

  /// A duty of a licence, and where it stands in the licence.
  package struct BrokenDuty: Sendable, Equatable, Codable {
    package var kind: LicenceDuty.Kind
    package var clause: String
  }

  package struct LicenceNotice: Sendable, Equatable, Codable {
    package var reference: String
    package var licence: String?
    package var parentLicence: String
    package var parentLicenceName: String
    package var version: String
    package var url: String
    package var missing: [Missing]

    /// What is missing, and the duty that asks for it; nil for the card's own licence.
    package struct Missing: Sendable, Equatable, Codable {
      package var notice: MissingNotice
      package var duty: BrokenDuty?
      /// The wordings of which any would do.
      package var asked: [String] = []
    }
  }

  package struct Noise: Sendable, Equatable, Codable {
    package var reference: String
    /// Root mean square, in the units of the weights, and relative to the matrices' deviations.
    package var sigma: Double
    package var relativeSigma: Double
    package var scale: NoiseScale
    package var matrices: Int
    package var values: Int
    /// Of the parameters.
    package var share: Double
    /// 16 for independent errors.
    package var whiteness: Double
    /// 3 for normal errors.
    package var kurtosis: Double

    package init(
      reference: String, sigma: Double, relativeSigma: Double, scale: NoiseScale, matrices: Int,
      values: Int, share: Double, whiteness: Double, kurtosis: Double
    ) {
      self.reference = reference
      self.sigma = sigma
      self.relativeSigma = relativeSigma
      self.scale = scale
      self.matrices = matrices
      self.values = values
      self.share = share
      self.whiteness = whiteness
      self.kurtosis = kurtosis
    }
  }

  /// How the matrices of a reference became the quantised ones of the model.
  package struct Quantisation: Sendable, Equatable, Codable {
    package var reference: String
    /// Quantised matrices that were looked at, and all of them.
    package var matrices: Int
    package var quantised: Int
    /// Numbers that were looked at.
    package var values: Int
    /// Root mean square of the residual over that of rounding to the nearest level: the largest.
    package var ratio: Double
    /// Share of the numbers that lie on another level than the nearest.
    package var strayShare: Double
    /// The least change before the rounding that would have shown, relative to a matrix's standard
    /// deviation.
    package var resolution: Double
    /// Matrices whose errors are larger than those of rounding to the nearest, as a method makes them that
    /// makes up for errors, and those whose rows or columns were scaled before.
    package var compensated: Int
    package var rescaled: Int
    /// Tensors that something else was done to: the first of them, and how many.
    package var tensors: [String]
    package var tensorCount: Int

    package init(
      reference: String, matrices: Int, quantised: Int, values: Int, ratio: Double,
      strayShare: Double, resolution: Double, compensated: Int, rescaled: Int, tensors: [String],
      tensorCount: Int
    ) {
      self.reference = reference
      self.matrices = matrices
      self.quantised = quantised
      self.values = values
      self.ratio = ratio
      self.strayShare = strayShare
      self.resolution = resolution
      self.compensated = compensated
      self.rescaled = rescaled
      self.tensors = tensors
      self.tensorCount = tensorCount
    }
  }

  package struct Obfuscated: Sendable, Equatable, Codable {
    package var reference: String
    package var linearMean: Double
    package var circuitsMean: Double
    /// Of networks whose units were lined up: the mean cosine after that.
    package var unitsCosine: Double?
    /// Of matrices whose rows and columns were scaled to equal energy: how many, and the cosine after that.
    package var equilibrated: Equilibrated?
    /// Empty where only the weights of the reference could tell.
    package var kinds: [ChangeKind]
  }

  package struct Equilibrated: Sendable, Equatable, Codable {
    package var matrices: Int
    /// Standard deviation of the natural logarithm of the factors.
    package var spread: Double
    package var cosine: Double
  }

  /// A vocabulary beside the weights that gives anchor tokens other ids than the weights show.
  package struct Vocabulary: Sendable, Equatable, Codable {
    package var file: String
    /// Tokens that were looked at, and those of them that have the same id.
    package var tokens: Int
    package var agreeing: Int
    /// The reference by whose embedding they were told; nil where references' ids were taken.
    package var reference: String?

    package init(file: String, tokens: Int, agreeing: Int, reference: String? = nil) {
      self.file = file
      self.tokens = tokens
      self.agreeing = agreeing
      self.reference = reference
    }
  }

  /// Something that config.json says and the tensors belie.
  package struct Contradiction: Sendable, Equatable, Codable {
    package var subject: String
    package var stated: String
    package var shown: String
  }
}

/// What the weights are instead of what is declared.
package enum MeasuredRelation: String, Sendable, CaseIterable, Codable {
  case copy
  case reencoded
  case merge
  case restructured
  case trained
}

extension Fact {
  /// Files or tensors that the evidence of a finding names at most; it counts all.
  package static let namedItems = 10

  package var code: FindingCode {
    switch self {
    case .notFiniteValues: .notFiniteValues
    case .ambiguousFile: .ambiguousFile
    case .unreadWeights: .unreadWeights
    case .undecodedWeights: .undecodedWeights
    case .unsafePickle: .unsafePickle
    case .rivalParts: .rivalParts
    case .lineage(let lineage): lineage.code
    case .undeclaredParent: .undeclaredParent
    case .declaredParentNotFound: .declaredParentNotFound
    case .wrongRelation: .wrongRelation
    case .undeclaredIngredients, .unseenIngredients: .missingMergeParent
    case .parentNotAllowed: .parentNotAllowed
    case .licenceConflict: .licenceConflict
    case .licenceNotice: .licenceNoticeMissing
    case .licenceNotAllowed: .licenceNotAllowed
    case .obfuscatedWeights: .obfuscatedWeights
    case .noiseDisguise: .noiseDisguise
    case .faithfulQuantisation: .faithfulQuantisation
    case .unfaithfulQuantisation: .unfaithfulQuantisation
    case .configContradictsWeights: .configContradictsWeights
    case .vocabularyContradictsWeights: .vocabularyContradictsWeights
    case .lowCoverage, .unreadTensors, .quickLook, .undescribedPart: .lowCoverage
    case .corpusDamaged: .corpusDamaged
    case .inconclusive, .blindToOrder, .undescribedRest, .unanchoredPart, .sharedSpectrum,
      .modelsNotLookedAt,
      .brokenWeights, .adapterAlone:
      .inconclusive
    case .corpusContradiction: .corpusContradiction
    }
  }

  /// The one reference that it is about, if it is about one.
  package var reference: String? {
    guard case .text(let name) = evidence[.reference] else { return nil }
    return name
  }
}

extension Fact.Lineage {
  var code: FindingCode {
    switch relation {
    case .identical: .identicalWeights
    case .derived, .noEvidence, .inconclusive: .derivedWeights
    case .partial: .partiallyDerived
    case .merged: .mergedWeights
    case .sharedInitialisation: .sharedInitialisation
    case .related: .relatedWeights
    }
  }
}
