import Canonicalise
import Fingerprint
import Load

/// Traces that one of two related models bears and the other does not.
///
/// Symmetric facts say nothing of direction: how large a change is, its rank, numbers of layers or
/// rows.
struct OneSidedFacts {
  let facts: [OneSidedFact]

  /// Share of the comparable parameters that must show a trace.
  private static let minimumShare = 0.3
  /// Zeros that one side has more.
  private static let addedSparsity = 0.05
  /// Energy of rows that were appended, in that of the others: new rows start small or at the mean.
  private static let newRowEnergy = 0.7
  /// Share of the rows that must be new for their energy to be told from training.
  private static let newRows = 0.01
  /// Vocabularies are padded to multiples of this: a longer one that is such a multiple, where the
  /// shorter is not, may only have been padded, or the shorter cut.
  private static let padding = 64
  /// Tokens that two models must have in common for their order to be judged.
  private static let fewestTokens = 64
  /// Places between the tokens of one where others of the other stand.
  private static let fewestGaps = 8

  /// - Parameter own: layers and experts of the subject that are copies of each other.
  init(subject: ModelFingerprint, own: ModelCopies, comparison: ReferenceComparison) {
    let matched: [Matched] = subject.tensors.enumerated().compactMap { index, tensor in
      guard tensor.matrix != nil, tensor.isEvidence, let pair = comparison.pairs[index] else {
        return nil
      }
      return Matched(
        tensor: tensor, other: comparison.fingerprint.tensors[pair.reference], pair: pair)
    }
    let theirs = comparison.prepared?.copies ?? ModelCopies(comparison.fingerprint)
    facts = [
      Self.grid(matched), Self.cast(matched), Self.zeros(matched),
      Self.copies(.repeatedLayers, own.layers, theirs.layers),
      Self.copies(.equalExperts, own.experts, theirs.experts),
      Self.unitSubset(comparison),
      Self.tokenSubset(subject, comparison) ?? Self.appendedRows(matched),
    ].compactMap(\.self)
  }

  private struct Matched {
    var tensor: TensorFingerprint
    var other: TensorFingerprint
    var pair: TensorPair
  }

  // MARK: Values

  /// The side whose share of parameters shows the trace, if the other's next to nowhere does.
  private static func sided(
    _ kind: OneSidedFact.Kind, _ matched: [Matched],
    mine: (Matched) -> Bool, theirs: (Matched) -> Bool
  ) -> OneSidedFact? {
    let total = matched.reduce(0) { $0 + $1.tensor.elementCount }
    guard total > 0 else { return nil }
    func share(_ holds: (Matched) -> Bool) -> (count: Int, share: Double) {
      let found = matched.filter(holds)
      let part = found.reduce(0) { $0 + $1.tensor.elementCount }
      return (found.count, Double(part) / Double(total))
    }
    let (own, other) = (share(mine), share(theirs))
    if own.share >= minimumShare, other.share < minimumShare / 10 {
      return OneSidedFact(kind: kind, later: .subject, count: own.count, share: own.share)
    }
    if other.share >= minimumShare, own.share < minimumShare / 10 {
      return OneSidedFact(kind: kind, later: .reference, count: other.count, share: other.share)
    }
    return nil
  }

  private static func grid(_ matched: [Matched]) -> OneSidedFact? {
    func isCoarser(_ a: TensorFingerprint, than b: TensorFingerprint) -> Bool {
      guard let bits = a.gridBits else { return false }
      return b.gridBits.map { $0 > bits } ?? true
    }
    return sided(
      .grid, matched, mine: { isCoarser($0.tensor, than: $0.other) },
      theirs: { isCoarser($0.other, than: $0.tensor) })
  }

  /// Values that differ by no more than the coarser type rounds, and by more than nothing: a
  /// lossless recast shows no direction.
  private static func cast(_ matched: [Matched]) -> OneSidedFact? {
    func isRounded(_ a: TensorFingerprint, from b: TensorFingerprint, _ pair: TensorPair) -> Bool {
      guard case .significand(let coarse) = a.precision,
        case .significand(let fine) = b.precision, coarse < fine,
        a.elementType != b.elementType
      else { return false }
      let unit = Double(sign: .plus, exponent: -coarse, significand: 1)
      return pair.relativeChange <= unit && pair.relativeChange >= unit / 16
    }
    return sided(
      .cast, matched, mine: { isRounded($0.tensor, from: $0.other, $0.pair) },
      theirs: { isRounded($0.other, from: $0.tensor, $0.pair) })
  }

  /// Zeros in the layers; rows of zeros in an embedding are padding.
  private static func zeros(_ matched: [Matched]) -> OneSidedFact? {
    func isSparser(_ a: TensorFingerprint, than b: TensorFingerprint) -> Bool {
      !a.role.isPerToken && a.gridBits == nil && b.gridBits == nil
        && a.moments.sparsity - b.moments.sparsity >= addedSparsity
    }
    let related = matched.filter {
      $0.tensor.elementCount == $0.other.elementCount && $0.pair.z >= Correspondence.likenessZ
    }
    return sided(
      .zeros, related, mine: { isSparser($0.tensor, than: $0.other) },
      theirs: { isSparser($0.other, than: $0.tensor) })
  }

  // MARK: Copies within one model

  private static func copies(
    _ kind: OneSidedFact.Kind, _ mine: ModelCopies.Part, _ theirs: ModelCopies.Part
  ) -> OneSidedFact? {
    if mine.count > 0, theirs.count == 0 {
      return OneSidedFact(kind: kind, later: .subject, count: mine.count, share: mine.share)
    }
    if theirs.count > 0, mine.count == 0 {
      return OneSidedFact(kind: kind, later: .reference, count: theirs.count, share: theirs.share)
    }
    return nil
  }

  // MARK: Sizes

  /// Neurons or heads of the subject that were found among more of the reference's.
  private static func unitSubset(_ comparison: ReferenceComparison) -> OneSidedFact? {
    guard let recovery = comparison.recovery, !recovery.layers.isEmpty else { return nil }
    let narrower = recovery.layers.filter {
      $0.keptNeurons != nil && $0.matchedNeurons ?? 0 >= 0.5
        || $0.keptHeads != nil && $0.matchedHeads ?? 0 >= 0.5
    }
    let count = narrower.count + (recovery.keptDimensions == nil ? 0 : 1)
    let share = Double(narrower.count) / Double(recovery.layers.count)
    guard 2 * narrower.count >= recovery.layers.count || recovery.keptDimensions != nil else {
      return nil
    }
    return OneSidedFact(kind: .unitSubset, later: .subject, count: count, share: share)
  }

  /// Tokens of one model that are some of the other's, in its order, with others between them.
  ///
  /// Vocabularies are extended at their end; tokens that are taken out leave gaps. That circuits agree, which
  /// are read and written by embeddings, shows that rows went with the tokens.
  private static func tokenSubset(
    _ subject: ModelFingerprint, _ comparison: ReferenceComparison
  ) -> OneSidedFact? {
    guard let mine = subject.frame, let theirs = comparison.fingerprint.frame,
      mine.kind == .tokenStrings, theirs.kind == .tokenStrings,
      mine.vocabularySize != theirs.vocabularySize,
      comparison.circuits.map({ $0.z >= Correspondence.likenessZ }) ?? false
    else { return nil }
    let isSubjects = mine.vocabularySize < theirs.vocabularySize
    let (few, many) = isSubjects ? (mine, theirs) : (theirs, mine)
    let places = few.anchorIDs.compactMap { anchor, id in many.anchorIDs[anchor].map { (id, $0) } }
      .sorted { $0.0 < $1.0 }
    let shifts = places.map { $0.1 - $0.0 }
    guard places.count >= fewestTokens, zip(shifts, shifts.dropFirst()).allSatisfy({ $0 <= $1 }),
      let first = shifts.first, let last = shifts.last, Set(shifts).count > fewestGaps,
      Double(last - first) >= newRows * Double(many.vocabularySize)
    else { return nil }
    return OneSidedFact(
      kind: .tokenSubset, later: isSubjects ? .subject : .reference, count: last - first,
      share: Double(last - first) / Double(many.vocabularySize))
  }

  /// Rows that one vocabulary has more, small beside the others.
  ///
  /// Fewer rows by themselves show nothing: cutting padding and rare tokens is routine.
  private static func appendedRows(
    _ matched: [Matched]
  ) -> OneSidedFact? {
    guard
      let embedding = matched.first(where: {
        $0.tensor.role == .tokenEmbedding && $0.other.role == .tokenEmbedding
          && $0.pair.z >= Correspondence.likenessZ
      }), let mine = embedding.tensor.matrix, let theirs = embedding.other.matrix,
      mine.columns == theirs.columns, mine.rows != theirs.rows
    else { return nil }
    let isLonger = mine.rows > theirs.rows
    let (long, short) =
      isLonger ? (embedding.tensor, embedding.other) : (embedding.other, embedding.tensor)
    let (rows, fewer) = (max(mine.rows, theirs.rows), min(mine.rows, theirs.rows))
    func energy(_ tensor: TensorFingerprint) -> Double {
      tensor.moments.frobeniusNorm * tensor.moments.frobeniusNorm
    }
    let added = (energy(long) - energy(short)) / Double(rows - fewer)
    let usual = energy(short) / Double(fewer)
    let isPadded = rows % padding == 0 && fewer % padding != 0 || long.isPadded(beyond: short)
    guard !isPadded, Double(rows - fewer) >= newRows * Double(rows), added >= 0,
      added <= newRowEnergy * usual
    else { return nil }
    return OneSidedFact(
      kind: .appendedRows, later: isLonger ? .subject : .reference, count: rows - fewer,
      share: Double(rows - fewer) / Double(rows))
  }
}
