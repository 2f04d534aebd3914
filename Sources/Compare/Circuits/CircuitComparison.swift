import Canonicalise
import Fingerprint

/// Compares the anchored circuits of two models (method, sections 3 and 4).
struct CircuitComparison {
  /// Fewer tokens than this in common and a descendant would be missed: nothing is said.
  static let minimumSharedAnchors = 64

  let subject: ModelFingerprint
  let reference: ModelFingerprint
  let frames: (mine: FrameSummary, theirs: FrameSummary)
  let sharedAnchors: Int
  private let stacks: [CircuitStack]
  private let choices: Int
  /// The statistic under random rotations, one entry per draw.
  private var null: (diagonal: [Double], chosen: [Double]) = ([], [])

  /// Nil when the frames cannot be compared, or no layers have circuits in common.
  ///
  /// - Parameter known: the reference's circuits, where several subjects are held against it.
  init?(
    _ subject: SubjectCircuits, reference: ModelFingerprint, known: SubjectCircuits? = nil
  ) {
    guard let mine = subject.model.frame, let theirs = reference.frame,
      mine.kind.isComparable(with: theirs.kind)
    else { return nil }
    let shared = Set(mine.anchorIDs.keys).intersection(theirs.anchorIDs.keys).count
    guard shared >= Self.minimumSharedAnchors else { return nil }
    let paired = LayerStacks(subject: subject.model, reference: reference)
    choices = paired.choices
    stacks = paired.pairs.compactMap { pair in
      guard let mine = subject.tables[pair.subject],
        let theirs = known.map({ $0.tables[pair.reference] })
          ?? CircuitTable(component: pair.reference, of: reference)
      else { return nil }
      return CircuitStack(subject: mine, reference: theirs)
    }
    guard !stacks.isEmpty else { return nil }
    self.subject = subject.model
    self.reference = reference
    frames = (mine, theirs)
    sharedAnchors = shared
  }

  /// Standard deviation over strangers of a cosine of circuits, in units of 1/k: 1 + k·s/(m·n) for s
  /// anchors in common of m and n.
  ///
  /// Both frames are images of one random matrix R (k × anchors), P = R·F: the Gram matrices R F Fᵀ Rᵀ
  /// of two models overlap by 1/k + s/(m·n) where unrelated ones would by 1/k, once for the rows of a
  /// circuit and once for its columns. A random rotation of one side does not know of it. Random
  /// models gave 1.07 … 1.27 with 500 anchors (1.13 by the formula), 1.2 … 1.7 with 130 (1.49).
  static func inflation(
    _ subject: FrameSummary, _ reference: FrameSummary, side: Int = LayerCircuits.side
  ) -> Double {
    let shared = Set(subject.anchorIDs.keys).intersection(reference.anchorIDs.keys).count
    let (m, n) = (max(1, subject.anchorIDs.count), max(1, reference.anchorIDs.count))
    return 1 + Double(side) * Double(shared) / (Double(m) * Double(n))
  }

  /// One draw of the null.
  struct Draw {
    var diagonal = 0.0
    var chosen = 0.0
  }

  /// The statistics of the subject's circuits under some random rotations.
  ///
  /// - Parameter rotated: the circuits under all of them, by component.
  func draws(_ rotated: [String: CircuitTable], count: Int) -> [Draw] {
    var draws = [Draw](repeating: Draw(), count: count)
    for stack in stacks {
      guard let table = rotated[stack.component] else { continue }
      for (number, similarity) in stack.similarities(of: table).prefix(count).enumerated() {
        draws[number].diagonal += stack.diagonal(similarity) ?? 0
        draws[number].chosen += stack.chosen(similarity)
      }
    }
    return draws
  }

  mutating func add(_ draw: Draw) {
    null.diagonal.append(draw.diagonal)
    null.chosen.append(draw.chosen)
  }

  /// Whether the draws so far leave no doubt: evidence of descent starts at three times as much as the
  /// first may show, and at one and a half times as much as those after them may.
  var isClearStranger: Bool { z < (null.chosen.count < SubjectCircuits.secondDraws ? 2 : 4) }

  /// Whether the draws so far leave no doubt of kinship: of 100 the deviation that they have to a sixth leaves
  /// p below 10⁻³⁰⁰, the smallest that is stated, whatever it is.
  var isClearKin: Bool { z >= 100 }

  /// The larger of the standardised statistics.
  ///
  /// Cosines of strangers are `inflation` times as large as those under rotations, and so is the best
  /// of many layers, whose mean is not 0: it is the observed statistic that is scaled.
  private var z: Double {
    let inflation = Self.inflation(frames.mine, frames.theirs)
    func z(_ observed: Double, _ null: [Double]) -> Double {
      let moments = SampleMoments(null)
      return moments.deviation > 0
        ? (observed / inflation - moments.mean) / moments.deviation : 0
    }
    let chosen = z(stacks.reduce(0) { $0 + $1.chosen($1.observed) }, null.chosen)
    guard stacks.allSatisfy({ $0.diagonal($0.observed) != nil }) else { return chosen }
    let diagonal = stacks.reduce(0.0) { $0 + ($1.diagonal($1.observed) ?? 0) }
    return max(chosen, z(diagonal, null.diagonal))
  }

  /// The evidence and, per pair of components, the layer × layer likeness.
  func finish() -> (evidence: CircuitEvidence, layers: [LayerSimilarity]) {
    let map = stacks.map { $0.map(of: $0.observed) }
    let inflation = Self.inflation(frames.mine, frames.theirs)
    var evidence = CircuitEvidence(
      means: means(stacks, maps: map), z: z, coverage: coverage(stacks),
      sharedAnchors: sharedAnchors, directions: min(frames.mine.rank, frames.theirs.rank),
      layers: stacks.reduce(0) { $0 + min($1.rows, $1.columns) })
    // The larger of two statistics is taken where layers can be held against each other in order.
    evidence.choices = choices * (stacks.allSatisfy { $0.diagonal($0.observed) != nil } ? 2 : 1)
    return (evidence, stacks.map { $0.layerSimilarity(inflation: inflation) })
  }

  /// Mean cosine of each circuit over the mapped layers.
  private func means(_ stacks: [CircuitStack], maps: [[Int]]) -> [CircuitKind: Double] {
    var result: [CircuitKind: Double] = [:]
    for kind in CircuitKind.allCases {
      var values: [Double] = []
      for (stack, map) in zip(stacks, maps) {
        guard let similarity = stack.observed[kind] else { continue }
        for (row, column) in map.enumerated() {
          values.append(min(1, Double(similarity[row * stack.columns + column])))
        }
      }
      if !values.isEmpty { result[kind] = values.reduce(0, +) / Double(values.count) }
    }
    return result
  }

  /// Share of the subject's parameters in matrices that a compared circuit is made of.
  private func coverage(_ stacks: [CircuitStack]) -> Double {
    let components = Set(stacks.map(\.component))
    let roles: Set<TensorRole> = [
      .attentionQuery, .attentionKey, .attentionValue, .attentionOutput, .mlpGate, .mlpUp, .mlpDown,
      .latentQueryDown, .latentQueryUp, .latentKeyValueDown, .latentKeyValueUp,
    ]
    var (covered, total) = (0, 0)
    for (tensor, count) in zip(subject.tensors, subject.liveCounts) {
      if !tensor.isBuffer { total += count }
      if roles.contains(tensor.role), components.contains(tensor.component) {
        covered += count
      }
    }
    return total > 0 ? Double(covered) / Double(total) : 0
  }
}
