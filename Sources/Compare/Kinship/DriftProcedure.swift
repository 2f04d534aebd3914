/// Chooses the sibling C and the outside relative X for a drift test, and makes it.
///
/// C must be A's nearest relative and A must be C's, so that what both were trained on cancels in
/// A − C; every relative outside the two serves as X, and the spread over them goes into the error.
struct DriftProcedure {
  let gram: KinGram
  /// Id of each position; the subject's is empty.
  let names: [String]

  private struct Figure {
    var beta: Double
    var error: Double
    var base: Int
    var likeness: Double
  }

  /// A's history that C does not share, seen from X: ⟨A − X, A − C⟩, and its jackknife error.
  private func ownHistory(_ a: Int, _ c: Int, x: Int) -> (value: Double, error: Double) {
    let own = gram.inner(a, x, a, c)
    let byGroup = gram.grouped.map { gram.inner($0, a, x, a, c) }
    return (own, KinGram.jackknife(byGroup.map { own - $0 }))
  }

  /// - Parameter a: position of the relative A.
  func test(_ a: Int) -> DriftTest {
    guard gram.count >= DriftTest.minimumTensors else {
      return DriftTest(
        outcome: .cannotSay, obstacle: .tooFewTensors, tensors: gram.count, space: gram.space)
    }
    let others = (1..<gram.side).filter { !gram.isSame($0, a) }
    guard let c = nearest(to: a, among: others) else { return obstacle(.noOutgroup) }
    let outside = others.filter { !gram.isSame($0, c) }
    guard !outside.isEmpty else { return obstacle(.noBase) }
    let beside = (1..<gram.side).filter { !gram.isSame($0, c) }
    guard nearest(to: c, among: beside).map({ gram.isSame($0, a) }) ?? false else {
      return obstacle(.noOutgroup)
    }
    let likenesses = outside.map { gram.cosine(a, c, from: $0) }
    guard let least = likenesses.min(), least >= KinThresholds.siblingCosine(gram.space) else {
      return obstacle(.noOutgroup)
    }
    guard least <= KinThresholds.farCosine else { return obstacle(.noBase) }
    // Seen from one of them C lies beyond A on A's way: what another sees as A's own is not A's.
    let isPassed = outside.contains { x in
      let own = ownHistory(a, c, x: x)
      return own.value < -KinThresholds.errors * own.error
    }
    guard !isPassed else { return obstacle(.noOwnHistory) }
    let figures = outside.compactMap { figure(a, c, x: $0) }.sorted { $0.error < $1.error }
    guard let best = figures.first else { return obstacle(.noOwnHistory) }
    return outcome(a, c, best: best, figures: Array(figures.prefix(Self.mostBases)))
  }

  /// Outside relatives that one figure is taken from, at most.
  private static let mostBases = 5

  /// The relative that is nearest to one, other than itself.
  func nearest(_ a: Int) -> Int? {
    nearest(to: a, among: (1..<gram.side).filter { !gram.isSame($0, a) })
  }

  private func nearest(to a: Int, among others: [Int]) -> Int? {
    others.min { gram.square($0, a) < gram.square($1, a) }
  }

  private func obstacle(_ obstacle: DriftTest.Obstacle) -> DriftTest {
    DriftTest(
      outcome: .cannotSay, obstacle: obstacle, tensors: gram.count, space: gram.space)
  }

  /// β with one choice of X; nil where A or C has no history of its own beside it.
  private func figure(_ a: Int, _ c: Int, x: Int) -> Figure? {
    let (own, error) = ownHistory(a, c, x: x)
    let others = gram.inner(c, x, c, a)
    guard own > KinThresholds.historyZ * error, others > 0,
      max(own / others, others / own) <= KinThresholds.balance,
      let beta = gram.ratio(
        { gram.inner($0, 0, x, a, c) }, over: { gram.inner($0, a, x, a, c) })
    else { return nil }
    let drift =
      KinThresholds.driftCosine * (gram.square(0, x) * gram.square(a, c)).squareRoot() / own
    return Figure(
      beta: beta.value, error: (beta.error * beta.error + drift * drift).squareRoot(), base: x,
      likeness: gram.cosine(a, c, from: x))
  }

  private func outcome(_ a: Int, _ c: Int, best: Figure, figures: [Figure]) -> DriftTest {
    let betas = figures.map(\.beta)
    let beta = Self.median(betas)
    let mean = betas.reduce(0, +) / Double(betas.count)
    let spread = betas.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(betas.count)
    let own = Self.median(figures.map(\.error))
    let error = (own * own + spread).squareRoot()
    var test = DriftTest(
      outcome: .cannotSay, beta: beta, error: error, tensors: gram.count,
      base: names[best.base], outgroup: names[c], likeness: best.likeness, space: gram.space)
    let margin = KinThresholds.errors * error
    guard error <= KinThresholds.largestError else {
      test.obstacle = .tooNoisy
      return test
    }
    let isWhole =
      beta - margin > KinThresholds.descends && beta - 1 <= error
      && 1 - beta <= KinThresholds.lostAtMost(gram.space, margin: margin)
    if isWhole, isCarried(a, c, x: best.base) {
      test.outcome = .descends
    } else if isWhole, beta + margin >= KinThresholds.whole {
      test.obstacle = .mayBeSibling
    } else if beta + margin < KinThresholds.absent, abs(beta) <= KinThresholds.absentAtMost {
      if hasOlderSide(a, c) { test.obstacle = .noOwnHistory } else { test.outcome = .absent }
    } else if beta < -KinThresholds.absentAtMost {
      test.obstacle = .noOwnHistory
    } else if beta - margin > 1 {
      test.outcome = .beyond
    } else if beta - margin > 0.1, beta + margin < KinThresholds.whole {
      test.outcome = .between
    } else {
      test.obstacle = .tooNoisy
    }
    return test
  }

  /// Whether some relative sees much less of A's own history than of C's: what others take for a history of A's
  /// own may be drift that they have in common with C, as of a base beside its descendants.
  private func hasOlderSide(_ a: Int, _ c: Int) -> Bool {
    let whole = gram.square(a, c)
    return (1..<gram.side).contains { x in
      guard !gram.isSame(x, a), !gram.isSame(x, c) else { return false }
      let own = ownHistory(a, c, x: x)
      return own.value + KinThresholds.errors * own.error < whole / (1 + KinThresholds.balance)
    }
  }

  /// Whether some relative sees little of A's history beside that of its nearest relative.
  func isDoubtful(_ a: Int) -> Bool { nearest(a).map { hasOlderSide(a, $0) } ?? true }

  /// Whether B carries all of A seen from anywhere, and has moved on from there.
  private func isCarried(_ a: Int, _ c: Int, x: Int) -> Bool {
    func share(from y: Int) -> Double {
      let norm = gram.square(a, y)
      return norm > 0 ? gram.inner(0, y, a, y) / norm : 0
    }
    let others = (1..<gram.side).filter { !gram.isSame($0, a) }
    return others.allSatisfy { share(from: $0) > KinThresholds.carriedShareAnywhere }
      && share(from: x) > KinThresholds.carriedShare
      && share(from: c) > KinThresholds.carriedShare
      && gram.square(0, a)
        >= KinThresholds.childDistance * KinThresholds.childDistance * gram.square(a, c)
      && gram.cosine(a, x, from: 0) >= KinThresholds.childCosine
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
