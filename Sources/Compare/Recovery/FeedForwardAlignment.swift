import Canonicalise
import Load

/// Lines a feed-forward block of the subject up with one of the reference.
struct FeedForwardAlignment {
  let subject: ModelMatrices
  let reference: ModelMatrices
  let map: ResidualMap
  let pair: LayerCorrespondence
  let subjectExpert: Int?
  let referenceExpert: Int?
  /// The subject's neurons that something takes; nil for all.
  var live: [Int]?

  static let parts: [(part: Recovery.Part, role: TensorRole)] = [
    (.gate, .mlpGate), (.up, .mlpUp), (.down, .mlpDown),
  ]
  /// Neurons that the exact figures are taken from, at most.
  static let measuredNeurons = 4096

  private func places(_ role: TensorRole) -> (
    mine: ModelMatrices.Place, theirs: ModelMatrices.Place
  ) {
    (
      ModelMatrices.Place(
        role: role, component: pair.component, layer: pair.subject, expert: subjectExpert),
      ModelMatrices.Place(
        role: role, component: pair.referenceComponent, layer: pair.reference,
        expert: referenceExpert)
    )
  }

  /// Parts that both have, of fitting sizes.
  private var shared: [(part: Recovery.Part, role: TensorRole)] {
    Self.parts.filter { _, role in
      let (mine, theirs) = places(role)
      guard let width = subject.width(mine), let other = reference.width(theirs) else {
        return false
      }
      return map.fits(subjectWidth: width, referenceWidth: other)
        && subject.height(mine) == subject.height(places(.mlpDown).mine)
        && reference.height(theirs) == reference.height(places(.mlpDown).theirs)
    }
  }

  /// The subject's neurons that are lined up.
  private var count: Int? { live?.count ?? subject.height(places(.mlpDown).mine) }

  /// Those of one matrix.
  private func mine(_ place: ModelMatrices.Place) throws(LoadError) -> RowMatrix? {
    let matrix = try subject.matrix(place)
    guard let live else { return matrix }
    return matrix?.selecting(rows: live)
  }

  /// Every neuron is compared with every other: larger models have 60 thousand at most.
  private static let maximumNeurons = 1 << 17

  private var isOfBearableSize: Bool {
    let heights = [
      subject.height(places(.mlpDown).mine), reference.height(places(.mlpDown).theirs),
    ]
    return heights.allSatisfy { $0 ?? 0 <= Self.maximumNeurons }
  }

  struct Matched {
    var matching: NeuronMatching
    /// The exact products, where matching needed them.
    var rows: [Recovery.Part: [RowProducts]]?
    /// What the most alike stranger of each neuron explains, on average.
    var chance: [Recovery.Part: Double]
  }

  func match() throws(LoadError) -> Matched? {
    let shared = shared
    guard shared.count >= 2, isOfBearableSize, let width = subject.width(places(.mlpDown).mine),
      let referenceWidth = reference.width(places(.mlpDown).theirs)
    else {
      return nil
    }
    if let settled = try matchInPlace() { return settled }
    let features = RowFeatures(
      map: map, subjectWidth: width, referenceWidth: referenceWidth)
    var (mine, theirs, strange) = (NeuronScores.Side(), NeuronScores.Side(), NeuronScores.Side())
    for (part, role) in shared {
      let (place, other) = places(role)
      guard let a = try reference.matrix(other), let b = try self.mine(place) else {
        return nil
      }
      mine[part] = features.subject(b)
      theirs[part] = features.reference(a)
      strange[part] = features.stranger(a)
    }
    let strangers = NeuronScores(subject: mine, reference: strange).scan()
    let matching = NeuronMatching(
      scores: NeuronScores(subject: mine, reference: theirs), strangers: strangers)
    var chance: [Recovery.Part: Double] = [:]
    for (part, _) in shared where !matching.inPlace {
      guard let rows = mine[part], let others = strange[part], rows.rows > 0 else { continue }
      let squares = strangers.best.indices.map { row in
        let cosine = rows.dot(row, others, strangers.best[row].neuron)
        return cosine * cosine
      }
      chance[part] = squares.reduce(0, +) / Double(squares.count)
    }
    return Matched(matching: matching, chance: chance)
  }

  /// The common case, without comparing every neuron with every other: nearly all agree with those
  /// at their own place by half of what identical ones would.
  private func matchInPlace() throws(LoadError) -> Matched? {
    guard let count, count == reference.height(places(.mlpDown).theirs)
    else { return nil }
    let matching = NeuronMatching(inPlace: count)
    let rows = try measure(matching)
    func cosine(_ part: Recovery.Part, _ index: Int) -> Double { rows[part]?[index].cosine ?? 0 }
    let sampled = rows[.down]?.count ?? 0
    let limit = 0.5 * Double(rows.count)
    let settled = (0..<sampled).count { index in
      let sum = cosine(.up, index) + cosine(.down, index)
      return (rows[.gate] == nil ? sum : cosine(.gate, index) + abs(sum)) >= limit
    }
    guard sampled > 0, Double(sampled - settled) < NeuronMatching.elsewhereShare * Double(sampled)
    else { return nil }
    return Matched(matching: matching, rows: rows, chance: [:])
  }

  func measure(_ matching: NeuronMatching) throws(LoadError) -> [Recovery.Part: [RowProducts]] {
    let count = matching.counterpart.count
    let step = max(1, (count + Self.measuredNeurons - 1) / Self.measuredNeurons)
    let sample = Array(stride(from: 0, to: count, by: step))
    var result: [Recovery.Part: [RowProducts]] = [:]
    for (part, role) in shared {
      let (place, other) = places(role)
      guard let mine = try mine(place)?.selecting(rows: sample) else { continue }
      let counterparts = sample.map { matching.counterpart[$0] }
      guard
        let theirs = try reference.matrix(other).map({
          map.push($0.selecting(rows: counterparts.map { $0 ?? 0 }))
        })
      else { continue }
      let energies = mine.rowEnergies
      result[part] = sample.indices.map { index in
        var row = RowProducts(neuron: sample[index], subjectEnergy: energies[index])
        if counterparts[index] != nil {
          row.isMatched = true
          row.referenceEnergy = theirs.dot(index, theirs, index)
          row.product = mine.dot(index, theirs, index)
        }
        return row
      }
    }
    return result
  }

  /// The whole comparison of the block.
  func run() throws(LoadError) -> BlockOutcome? {
    guard let matched = try match() else { return nil }
    let matching = matched.matching
    let rows: [Recovery.Part: [RowProducts]]
    if let known = matched.rows { rows = known } else { rows = try measure(matching) }
    var layer = Recovery.Layer(
      component: pair.component, subject: pair.subject, reference: pair.reference,
      expert: subjectExpert)
    var outcome = BlockOutcome(layer: layer)
    let referenceCount = reference.height(places(.mlpDown).theirs) ?? 0
    layer.matchedNeurons = matching.confidentShare
    if matching.counterpart.count < referenceCount {
      layer.keptNeurons = matching.counterpart.compactMap(\.self).sorted()
    }
    let scales = ScalePair(first: rows[.up], second: rows[.down])
    let confident = matching.confidentCounterparts
    outcome.neurons = BlockOutcome.Order(
      matchedShare: matching.confidentShare, matched: confident.count,
      movedShare: matching.inPlace ? 0 : IndexOrder.movedShare(confident))
    outcome.neuronScales = scales
    let weights = zip(rows[.up] ?? [], rows[.down] ?? []).map {
      ($0.subjectEnergy * $1.subjectEnergy).squareRoot()
    }
    for (part, role) in shared {
      guard let measured = rows[part], let tensor = subject.tensor(places(role).mine) else {
        continue
      }
      let hasRowScales = part != .gate && weights.count == measured.count
      let share = AlignedShare(
        tensors: [tensor.name],
        parameters: live.map { $0.count * (subject.width(places(role).mine) ?? 0) }
          ?? tensor.view.elementCount,
        explained: hasRowScales
          ? RowProducts.explained(measured, weights: weights) : RowProducts.explained(measured),
        chance: matched.chance[part] ?? 0,
        squaredChange: RowProducts.squaredChange(
          measured, scales: scales.areReciprocal ? scales.factors(part) : [:]))
      layer.explained[part] = share.explained
      layer.chance[part] = share.chance
      outcome.shares.append(share)
    }
    outcome.layer = layer
    return outcome
  }
}

extension NeuronScores.Side {
  subscript(_ part: Recovery.Part) -> RowMatrix? {
    get {
      switch part {
      case .gate: gate
      case .up: up
      case .down: down
      default: nil
      }
    }
    set {
      switch part {
      case .gate: gate = newValue
      case .up: up = newValue
      case .down: down = newValue
      default: break
      }
    }
  }
}
