import Canonicalise
import Fingerprint

/// The model-level tests on linear sketches (method, section 4).
///
/// Tensors are not independent: all that touch the residual stream share its basis. H₀ ("the two
/// models were initialised and trained independently") is therefore represented by a random
/// re-basing O of that stream, the same for all tensors. All tests look at `TestSketches`.
struct LinearTest {
  /// Draws of the randomised test, whose statistic has Student's distribution with one degree of
  /// freedom less.
  static let draws = 48
  /// Of a reference among many, so many draws are made first: nothing more is asked of a clear stranger.
  static let firstDraws = 12
  private static let strangerT = 1.0
  /// log10 p of what is shown beyond doubt, whatever the number of references.
  private static let clearLog10P = -30.0
  /// Matrices with fewer rows or columns are lists of vectors rather than maps of a hidden basis.
  static let minimumExtent = 8
  /// Unlike places of a class that are looked at.
  static let unlikePairs = 4096

  let correspondence: Correspondence
  let pairs: [TensorPair?]
  /// The same tensors with the sketches that the tests look at.
  private let tested: Correspondence
  private let changed: ChangedSketches?

  /// - Parameters:
  ///   - excluded: tensors of the subject that take no part, and neither do their counterparts.
  ///   - known: what the tests look at of the whole subject, where it is held against several references.
  ///   - changed: what draws make of that.
  ///   - theirs: the same of the reference, where several subjects are held against it.
  init(
    correspondence: Correspondence, pairs: [TensorPair?], excluded: [Int] = [],
    known: TestSketches? = nil, changed: ChangedSketches? = nil, theirs: TestSketches? = nil
  ) {
    self.correspondence = correspondence
    self.changed = excluded.isEmpty ? changed : nil
    var (kept, subject) = (pairs, correspondence.subjectSketches)
    var reference = correspondence.referenceSketches
    for index in excluded {
      if let pair = pairs[index] { reference[pair.reference] = nil }
      (kept[index], subject[index]) = (nil, nil)
    }
    self.pairs = kept
    tested = correspondence.replacing(
      subject: (excluded.isEmpty ? known : nil)?.sketches
        ?? TestSketches(correspondence.subject, sketches: subject).sketches,
      reference: (excluded.isEmpty ? theirs : nil)?.sketches
        ?? TestSketches(
          correspondence.reference, sketches: reference, known: known?.removals ?? [:]
        ).sketches)
  }

  /// - Parameters:
  ///   - settlesEarly: whether a clear stranger makes do with a quarter of the draws.
  ///   - isClearKin: whether other evidence leaves no doubt: then draws are made only where numbers in place
  ///     do not show it, too.
  func evidence(settlesEarly: Bool = false, isClearKin: Bool = false) -> LinearEvidence {
    let subject = correspondence.subject
    var (comparable, weighted, total) = (0, 0.0, 0)
    var (inMatrices, same, narrowness) = (0, 0, 0.0)
    for index in subject.indices {
      let count = correspondence.liveCounts[index]
      guard !subject[index].isBuffer else { continue }
      total += count
      guard correspondence.isComparable(index) else { continue }
      comparable += count
      weighted += Double(count) * (pairs[index]?.cosine ?? 0)
      guard let sketch = subject[index].matrix else { continue }
      inMatrices += count
      narrowness += Double(count) / Double(max(1, min(sketch.rows, sketch.columns))).squareRoot()
      if carriesTest(index), pairs[index]?.cosine ?? 0 >= Correspondence.sameCosine {
        same += count
      }
    }
    var result = LinearEvidence(
      test: .none, z: 0, mean: comparable > 0 ? min(1, weighted / Double(comparable)) : 0,
      coverage: total > 0 ? Double(comparable) / Double(total) : 0, matrices: 0)
    result.sameShare = comparable > 0 ? Double(same) / Double(comparable) : 0
    result.narrowness = inMatrices > 0 ? narrowness / Double(inMatrices) : 0
    let scores = scores()
    let placed = matrices { $0.match != .likeness }
    var outcomes: [(test: LinearEvidence.Test, log10P: Double, matrices: Int)] = []
    if !placed.isEmpty {
      // Of two nulls for one statistic the wider holds.
      let sum = sumZ(placed, scores)
      let residual = residualZ(placed)
      result.hasStream = residual != nil
      outcomes.append(
        (
          residual == nil ? .sum : .residual,
          NormalTail.log10P(min(sum, residual ?? sum)), placed.count
        ))
    }
    let weakest = outcomes.map(\.log10P).min() ?? 0
    let isSettled = isClearKin && weakest <= Self.clearLog10P
    if !isSettled, let chosen = chosenT(settlesEarly: settlesEarly, weakest: weakest) {
      let log10P = StudentTail.log10P(chosen.t, freedom: chosen.draws - 1)
      outcomes.append((.chosenCounterparts, log10P, chosen.matrices))
    }
    if let best = outcomes.min(by: { $0.log10P < $1.log10P }) {
      result.test = best.test
      result.matrices = best.matrices
      result.z = NormalTail.z(
        ofLog10P: min(0, best.log10P + (outcomes.count * readings).log10OfChoices))
    }
    result.units = units(scores)
    result.equal = subject.indices.filter { index in
      guard let pair = pairs[index], pair.match == .equal else { return false }
      return subject[index].isSubstantial(equal: correspondence.reference[pair.reference])
    }
    return result
  }

  /// Matrix pairs that carry the test.
  ///
  /// Those whose rows have a meaning of their own (tokens, positions, biases of a gate) are left out:
  /// independent models share that meaning.
  func matrices(where include: (TensorPair) -> Bool) -> [(index: Int, pair: TensorPair)] {
    correspondence.subject.indices.compactMap { index in
      guard let pair = pairs[index], include(pair), carriesTest(index) else { return nil }
      return (index, pair)
    }
  }

  /// Ways of reading the names that were looked at.
  private var readings: Int { correspondence.readsRoles ? 1 : 2 }

  /// The role of a tensor, where the names are believed or the reference's agrees with them.
  private func believedRole(_ index: Int) -> TensorRole {
    let role = correspondence.subject[index].role
    guard !correspondence.readsRoles, let pair = pairs[index] else { return role }
    return correspondence.reference[pair.reference].role == role ? role : .unknown
  }

  private func carriesTest(_ index: Int) -> Bool {
    let tensor = correspondence.subject[index]
    guard let sketch = tested.sketch(index), !sketch.isVector, !tensor.isPositiveMask,
      tensor.parameter == .weight, min(sketch.rows, sketch.columns) >= Self.minimumExtent
    else { return false }
    switch believedRole(index) {
    case .tokenEmbedding, .languageModelHead, .positionEmbedding, .tokenTypeEmbedding,
      .relativePositionBias, .router, .mixerParameter, .residualMixing, .constant:
      return false
    default: return true
    }
  }

  /// A tensor against its counterpart.
  struct Score {
    var cosine: Double
    /// Standard normal if the two are independent.
    var z: Double
  }

  /// Standardised cosine of each subject matrix with its counterpart.
  ///
  /// Its variance is the largest of theory's, of that under random signs, and of what tensors of the
  /// same role and shape at unlike places show.
  func scores() -> [Score?] {
    let spreads = unlikeSpreads()
    return correspondence.subject.indices.map { index in
      guard let pair = pairs[index], let mine = tested.sketch(index), !mine.isVector else {
        return nil
      }
      let turns = tested.counterparts(pair.reference, of: index)
      guard let other = turns.max(by: { mine.cosine($0.sketch) < mine.cosine($1.sketch) }) else {
        return nil
      }
      let variance = max(mine.testVariance(other.sketch), spreads[index] ?? 0)
      guard variance > 0 else { return nil }
      let cosine = mine.cosine(other.sketch)
      return Score(
        cosine: cosine,
        z: NormalTail.z(ofLargest: cosine / variance.squareRoot(), among: turns.count))
    }
  }

  /// Mean square of the cosines of unlike places, for the tensors of classes of three and more.
  ///
  /// Of n tensors less what they have in common, those of a copy at unlike places have −1/(n − 1): a mean below
  /// 0 is the work of that and no spread.
  private func unlikeSpreads() -> [Int: Double] {
    struct Class: Hashable {
      var role: TensorRole
      var other: TensorRole
      var rows: Int
      var columns: Int
    }
    var classes: [Class: [(index: Int, reference: Int)]] = [:]
    for index in correspondence.subject.indices {
      guard let pair = pairs[index], let mine = tested.sketch(index), !mine.isVector else {
        continue
      }
      let key = Class(
        role: correspondence.subject[index].role,
        other: correspondence.reference[pair.reference].role, rows: mine.rows,
        columns: mine.columns)
      classes[key, default: []].append((index, pair.reference))
    }
    var result: [Int: Double] = [:]
    for members in classes.values where members.count >= TestSketches.leastMembers {
      var (sum, squares, count) = (0.0, 0.0, 0)
      // Every member with those that follow it, as many as the limit allows.
      let steps = max(1, min(members.count - 1, Self.unlikePairs / members.count))
      // What lines up with one member lines up with all of its class.
      let theirs = members.map {
        tested.counterparts($0.reference, of: $0.index).first?.sketch
      }
      for (position, member) in members.enumerated() {
        guard let mine = tested.sketch(member.index) else { continue }
        for step in 1...steps {
          let other = (position + step) % members.count
          let reference = members[other].reference
          guard reference != member.reference, !areRelated(member.reference, reference),
            let theirs = theirs[other]
          else { continue }
          let cosine = mine.cosine(theirs)
          sum += cosine
          squares += cosine * cosine
          count += 1
        }
      }
      guard count >= TestSketches.leastMembers else { continue }
      let common = min(0, sum / Double(count))
      let spread = squares / Double(count) - common * common
      for member in members { result[member.index] = spread }
    }
    return result
  }

  /// Whether two reference tensors are copies of one another: then they are no unlike places.
  private func areRelated(_ a: Int, _ b: Int) -> Bool {
    correspondence.reference[a].digest == correspondence.reference[b].digest
  }

  /// Z = tr(M) / (‖M‖·√max(κ, 1/K)) with M = Σ S_AᵀS_B in white coordinates, as tr(OM) has variance
  /// ‖M‖²/K over random O of K dimensions.
  ///
  /// κ = tr(C_A·C_B) / (tr C_A · tr C_B), C = Σ SᵀS, is 1/K where energy is spread evenly, and more
  /// where both models are loud in the same channels. Nil unless most matrices have a residual axis.
  func residualZ(_ pairs: [(index: Int, pair: TensorPair)]) -> Double? {
    let side = LinearSketch.side
    var sum = [Float](repeating: 0, count: side * side)
    var energy = (mine: sum, theirs: sum)
    var (used, freedom) = (0, side)
    var bases: [Int: SketchBasis] = [:]
    for (index, pair) in pairs {
      guard correspondence.subject[index].role.residualAxis != nil,
        let mine = tested.sketch(index),
        let other = tested.counterpart(pair.reference, of: index)?.sketch
      else { continue }
      let basis = bases[mine.columns] ?? SketchBasis(columns: mine.columns)
      bases[mine.columns] = basis
      let (a, b) = (basis.whitened(mine.values), basis.whitened(other.values))
      for (i, value) in Self.product(a, b).enumerated() { sum[i] += value }
      for (i, value) in Self.product(a, a).enumerated() { energy.mine[i] += value }
      for (i, value) in Self.product(b, b).enumerated() { energy.theirs[i] += value }
      used += 1
      freedom = min(freedom, basis.rank)
    }
    guard used > 0, 2 * used > pairs.count else { return nil }
    func trace(_ matrix: [Float]) -> Double {
      (0..<side).reduce(0.0) { $0 + Double(matrix[$1 * side + $1]) }
    }
    let norm = Kernel.dot(sum, sum).squareRoot()
    let energies = trace(energy.mine) * trace(energy.theirs)
    guard norm > 0, energies > 0, freedom > 0 else { return nil }
    let overlap = max(1 / Double(freedom), Kernel.dot(energy.mine, energy.theirs) / energies)
    return trace(sum) / (norm * overlap.squareRoot())
  }

  /// AᵀB of sketches.
  private static func product(_ a: [Float], _ b: [Float]) -> [Float] {
    let side = LinearSketch.side
    return DenseMatrix.product(
      a, b, rows: side, columns: side, inner: side, transposeLeft: true)
  }

  /// Stouffer's sum of the tensors' z, divided by the deviation that it has over strangers.
  func sumZ(_ pairs: [(index: Int, pair: TensorPair)], _ scores: [Score?]) -> Double {
    let values = pairs.compactMap { scores[$0.index]?.z }
    return values.isEmpty
      ? 0 : values.reduce(0, +) / Double(values.count).squareRoot() / LinearEvidence.sumInflation
  }

  /// T = Σ over tensors of the best cosine among all counterparts, against the same with the subject's
  /// columns in random orders, and with random signs of its rows and columns: the choice is part of
  /// every draw, and the smaller z counts.
  ///
  /// Where cosines of all pairs of a class are larger than in the draws (Toeplitz matrices have few
  /// numbers of their own), they are divided by the ratio of the medians, which a few matches leave
  /// as they are.
  ///
  /// - Parameter weakest: log10 p of another test; where the first draws show no more than that, the second
  ///   are not made, for they can only take away.
  /// - Returns: distributed like Student's t if the models are independent.
  func chosenT(
    settlesEarly: Bool = false, weakest: Double = 0
  ) -> (t: Double, matrices: Int, draws: Int)? {
    let tensors = correspondence.subject.indices.filter { carriesTest($0) }
    guard let search = CounterpartSearch(tested, tensors: tensors, kept: changed) else {
      return nil
    }
    let found = search.found()
    /// What was found against some draws.
    func t(_ draws: [[CounterpartSearch.Outcome]]) -> Double? {
      let usual = found.indices.map { group in
        draws.reduce(0) { $0 + $1[group].median } / Double(draws.count)
      }
      // Draws are treated as what was observed is.
      let statistic = { (outcomes: [CounterpartSearch.Outcome]) in
        outcomes.indices.reduce(0.0) { sum, group in
          let ratio = usual[group] > 0 ? outcomes[group].median / usual[group] : 1
          return sum + outcomes[group].sum / max(1, ratio)
        }
      }
      let moments = SampleMoments(draws.map(statistic))
      guard moments.deviation > 0 else { return nil }
      let observed = statistic(found)
      // One more draw than those that made mean and deviation.
      return (observed - moments.mean) / moments.deviation
        / (1 + 1 / Double(draws.count)).squareRoot()
    }
    var smallest: Double?
    for changes in [RandomChanges.orders, RandomChanges.signs] {
      let isFirst = smallest == nil
      var draws = search.outcomes(changes.prefix(Self.firstDraws))
      if settlesEarly, isFirst, let first = t(draws), first < Self.strangerT {
        return (first, search.tensorCount, draws.count)
      }
      draws += search.outcomes(changes.dropFirst(Self.firstDraws))
      guard let z = t(draws) else { return nil }
      smallest = min(smallest ?? z, z)
      // A stranger by one null needs no other, and nobody does whom another test shows.
      if z < 2 || StudentTail.log10P(z, freedom: draws.count - 1) >= weakest { break }
    }
    return smallest.map { ($0, search.tensorCount, Self.draws) }
  }
}

extension TensorFingerprint {
  /// Whether many values are zero and the others mostly of one sign: of such matrices the places of
  /// the zeros, which a recipe may fix, show in the sketch.
  fileprivate var isPositiveMask: Bool {
    let square = moments.mean * moments.mean
    let total = square + moments.standardDeviation * moments.standardDeviation
    return moments.sparsity >= 0.1 && square >= 0.05 * total
  }
}

/// The draws of the randomised test, the same for every pair of models.
enum RandomChanges {
  static let orderSeed: UInt64 = 0x5EED
  static let signSeed: UInt64 = 0x51675

  static let orders: [CounterpartSearch.Change] = {
    var generator = SplitMix64(seed: orderSeed)
    return (0..<LinearTest.draws).map { _ in .order(SignedOrder(using: &generator)) }
  }()

  static let signs: [CounterpartSearch.Change] = {
    var generator = SplitMix64(seed: signSeed)
    func signs() -> [Float] {
      (0..<LinearSketch.side).map { _ in generator.next() >> 63 == 0 ? 1 : -1 }
    }
    return (0..<LinearTest.draws).map { _ in .signs(rows: signs(), columns: signs()) }
  }()
}
