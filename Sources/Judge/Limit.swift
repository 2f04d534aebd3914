package import Fingerprint

/// Something that could not be judged, or not as well as one would like, and why.
///
/// Its words are the Report stage's.
package enum Limit: Sendable, Equatable, Codable {
  /// A note of an earlier stage, which is only to be read.
  case note(String)
  /// A file or a text beside the weights that could not be read.
  case unreadMetadata(file: String, problem: String)
  /// Weights that were not read.
  case unreadWeights(name: String, problem: String)
  /// One shard of several was read.
  case part(file: String, problem: String)
  case fewMatrices
  case sumOverTensors(references: Int, scale: Double)
  /// References of other shapes, where linear evidence could speak about less than a share.
  case otherShapes(below: Double, names: [String])
  case noCommonCircuits(references: Int)
  /// Likeness that chance seldom leaves, and that admits no verdict: p or its effect does not suffice.
  case smallLikeness(reference: String, log10P: Double, circuits: Double?, numbers: Double)
  /// Parts that a reference holds too, and that show no descent.
  case commonComponent(reference: String, parts: [String], reason: CommonReason)
  case onlyInPlace(references: Int)
  /// No weights were read: a hub lists the files that a reference was made from.
  case listed(reference: String, files: Int, bytes: Int)
  /// All of a model would have been more than may be read from a hub.
  case overBudget(bytes: Int, budget: Int)
  /// The null that a corpus's calibration measured is wider than the theoretical one, and was taken.
  ///
  /// - Parameters:
  ///   - evidence: `numbers`, `circuits` or `parts`.
  ///   - references: for which.
  ///   - location, scale: the widest.
  ///   - samples: pairs that it is from.
  case measuredNull(
    evidence: String, references: Int, location: Double, scale: Double, samples: Int)
  /// A calibration has too few pairs like the subject and these references, so that the theoretical null
  /// stands alone.
  case fewCalibrated(evidence: [String], references: Int)
  /// A quick look at a model on a hub settled that it is to be stopped: its other weights were not read.
  ///
  /// - Parameter bytes: of all of its weights.
  case lookSettled(bytes: Int)
  /// References against which only the same numbers in the same places could be looked for, neither
  /// side having circuits: a copy of them whose units stand in another order would not be seen.
  case blindToOrder(names: [String])
  /// References with circuits that would fit into parts of which none are made.
  case unanchoredParts(names: [String])
  /// References of which a part of the units could not be lined up, or of which it shows nothing that they
  /// did: networks trained apart on one host's activations line up, too.
  case unitsInPart(names: [String])
  /// Matrices hold what the reference has in other roles than their names give them.
  case misnamed(reference: String, matrices: Int)
  /// The subject was judged with its units in the order of a reference's.
  case unitsReordered(reference: String)
  /// A part of the model was judged by itself.
  ///
  /// - Parameters:
  ///   - prefix: of its names; nil for the layers that the configuration counts.
  ///   - share: of the parameters.
  case judgedPart(prefix: String?, share: Double)
  /// Matrices whose rows and columns were scaled to equal energy before they were looked at.
  ///
  /// - Parameter share: of the parameters.
  case equilibrated(matrices: Int, share: Double)
  /// Neurons, and values of heads, of some layers put out what nothing takes: shares are of the others.
  ///
  /// - Parameter share: of the parameters.
  case deadUnits(neurons: Int, values: Int, layers: Int, share: Double)
  /// An adapter was judged as the model that its declared base becomes by it.
  case mergedInto(base: String)
  /// An adapter does not fit the base that it declares.
  case mergeFailed(base: String, problem: String)
  /// - Parameter open: those that resemble the subject, and were not compared.
  case screened(screened: Int, compared: Int, open: Int)
  /// - Parameter share: of the bytes.
  case quickLook(tokens: Int, layers: [Int], component: String, share: Double)
  case quickLookAtMatrices(matrices: Int, share: Double)
  /// References of which as little was read, in a quick look.
  case quickReferences([String])
  /// Too little of the model was decoded for a verdict, and that little resembles a reference.
  case undecodedLike(reference: String, share: Double)
  /// References of which most weights were not decoded.
  case undecodedReferences([String])
  /// References whose fingerprints have no single values: neither noise nor masks could be looked for.
  case noSingleValues([String])
  case declaredParentUnknown(name: String)
  case declaredParentNotComparable(name: String, coverage: Double)
  /// The weights could not be read again to undo a disguise.
  case recoveryFailed(reference: String, problem: String)
  /// How so many of a reference's matrices were rounded could not be told; a problem where nobody could
  /// look at any.
  case roundingUntold(reference: String, matrices: Int, problem: String?)
  /// References that are one model, and count as one.
  case twins(names: [String])
  case licenceWithoutRules(reference: String, licence: String)
  case licenceUnknown(reference: String)
  case ownLicenceWithoutRules(licence: String)
  case noModelFolder
  case noLegalAdvice

  /// Whether it says that something of the model should have been read and was not.
  package var isUnread: Bool {
    switch self {
    case .unreadMetadata, .unreadWeights, .part: true
    default: false
    }
  }
}

/// Why a part that two models have in common shows no descent.
package enum CommonReason: Sendable, Equatable, Codable {
  /// So many references hold it that are strangers otherwise.
  case thirdParty(holders: Int)
  /// Its numbers are those of a generator of random numbers.
  case seed
  /// Nothing in its numbers shows that they were learned; of a formula, they look like a constant's.
  case untrained(Formula)
  /// It is too small.
  case small
}
