import Canonicalise
import Fingerprint
import Load

/// Lines the self-attention of a subject layer up with that of a reference layer.
struct AttentionAlignment {
  let subject: ModelMatrices
  let reference: ModelMatrices
  let map: ResidualMap
  let pair: LayerCorrespondence

  private func mine(_ role: TensorRole) -> ModelMatrices.Place {
    ModelMatrices.Place(role: role, component: pair.component, layer: pair.subject, expert: nil)
  }

  private func theirs(_ role: TensorRole) -> ModelMatrices.Place {
    ModelMatrices.Place(
      role: role, component: pair.referenceComponent, layer: pair.reference, expert: nil)
  }

  /// Query heads and key–value heads.
  private struct Layout: Equatable {
    var heads: Int
    var groups: Int
  }

  private func layout(
    _ model: ModelMatrices, component: String, place: (TensorRole) -> ModelMatrices.Place
  ) -> Layout? {
    let dimensions = model.model.dimensions[component]
    guard let queryRows = model.height(place(.attentionQuery)),
      let keyRows = model.height(place(.attentionKey)),
      let valueRows = model.height(place(.attentionValue)),
      let outputRows = model.height(place(.attentionOutput))
    else { return nil }
    let normSize = model.height(place(.queryNorm)) == 1 ? model.width(place(.queryNorm)) : nil
    let size =
      dimensions?.headSize ?? normSize
      ?? dimensions?.heads.flatMap { $0 > 0 ? queryRows / $0 : nil }
    guard let size, size > 0, queryRows % size == 0, keyRows % size == 0, keyRows > 0 else {
      return nil
    }
    let layout = Layout(heads: queryRows / size, groups: keyRows / size)
    guard layout.heads % layout.groups == 0, valueRows % layout.groups == 0,
      outputRows == layout.heads * (valueRows / layout.groups)
    else { return nil }
    return layout
  }

  /// Rows of a projection whose products with all others are formed: a 405B model has 16384.
  private static let maximumRows = 1 << 15

  /// The rows of one projection in both models, by heads.
  ///
  /// `scrambled` flips the sign of half of the reference's residual dimensions at random, which
  /// makes a stranger of the same statistics.
  private func factor(
    _ role: TensorRole, heads: (Int, Int), scrambled: Bool
  ) throws(LoadError) -> HeadProducts.Factor? {
    guard var a = try reference.matrix(theirs(role)), var b = try subject.matrix(mine(role)),
      map.fits(subjectWidth: b.columns, referenceWidth: a.columns),
      max(a.rows, b.rows) <= Self.maximumRows, b.rows / heads.0 == a.rows / heads.1
    else { return nil }
    if scrambled { a = a.scaled(columns: IndexHash.signs(0..<a.columns)) }
    let size = b.rows / heads.0
    let norm: TensorRole? =
      switch role {
      case .attentionQuery: .queryNorm
      case .attentionKey: .keyNorm
      default: nil
      }
    if let norm {
      a = scaled(
        a,
        by: try reference.headGains(
          norm, component: pair.referenceComponent, layer: pair.reference))
      b = scaled(
        b, by: try subject.headGains(norm, component: pair.component, layer: pair.subject))
    }
    return HeadProducts.Factor(subject: b, reference: map.push(a), size: size)
  }

  private func scaled(_ matrix: RowMatrix, by gains: [Float]?) -> RowMatrix {
    guard let gains, !gains.isEmpty, matrix.rows % gains.count == 0 else { return matrix }
    return matrix.scaled(rows: (0..<matrix.rows).map { gains[$0 % gains.count] })
  }

  struct Measured {
    var outputValue: HeadProducts
    var queryKey: HeadProducts
    var matching: HeadMatching
    /// Query heads per key–value head of the subject.
    var group: Int
  }

  func match(scrambled: Bool = false) throws(LoadError) -> Measured? {
    guard let mine = layout(subject, component: pair.component, place: mine),
      let theirs = layout(reference, component: pair.referenceComponent, place: theirs)
    else { return nil }
    let heads = (mine.heads, theirs.heads)
    let groups = (mine.groups, theirs.groups)
    guard let query = try factor(.attentionQuery, heads: heads, scrambled: scrambled),
      let key = try factor(.attentionKey, heads: groups, scrambled: scrambled),
      let value = try factor(.attentionValue, heads: groups, scrambled: scrambled),
      let output = try factor(.attentionOutput, heads: heads, scrambled: scrambled),
      let outputValue = HeadProducts(left: output, right: value),
      let queryKey = HeadProducts(left: query, right: key)
    else { return nil }
    var scores = RowMatrix(rows: mine.heads, columns: theirs.heads)
    for row in 0..<mine.heads {
      for column in 0..<theirs.heads {
        scores.values[row * theirs.heads + column] =
          Float((outputValue.cosine(row, column) + queryKey.cosine(row, column)) / 2)
      }
    }
    let group = mine.heads / mine.groups
    return Measured(
      outputValue: outputValue, queryKey: queryKey,
      matching: HeadMatching(
        scores: scores, subjectGroup: group, referenceGroup: theirs.heads / theirs.groups),
      group: group)
  }

  func run() throws(LoadError) -> BlockOutcome? {
    guard let measured = try match() else { return nil }
    let matching = measured.matching
    let live = measured.outputValue.areLive
    let confident = zip(matching.counterpart.indices, live).compactMap { head, isLive in
      isLive && matching.isConfident[head] ? matching.counterpart[head] : nil
    }
    var layer = Recovery.Layer(
      component: pair.component, subject: pair.subject, reference: pair.reference)
    let share = Double(confident.count) / Double(max(live.count { $0 }, 1))
    layer.matchedHeads = share
    if matching.counterpart.count < measured.outputValue.referenceEnergies.count {
      layer.keptHeads = matching.counterpart.compactMap(\.self).sorted()
    }
    var outcome = BlockOutcome(layer: layer)
    outcome.heads = BlockOutcome.Order(
      matchedShare: share, matched: confident.count,
      movedShare: matching.inPlace ? 0 : IndexOrder.movedShare(confident))
    let strangers = matching.inPlace ? nil : try match(scrambled: true)
    let products: [(Recovery.Part, KeyPath<Measured, HeadProducts>, [TensorRole])] = [
      (.outputValue, \.outputValue, [.attentionOutput, .attentionValue]),
      (.queryKey, \.queryKey, [.attentionQuery, .attentionKey]),
    ]
    for (part, path, roles) in products {
      let product = measured[keyPath: path]
      let tensors = roles.compactMap { subject.tensor(mine($0)) }
      let share = AlignedShare(
        tensors: tensors.map(\.name),
        parameters: tensors.reduce(0) { $0 + subject.liveCount(of: $1) },
        explained: Self.explained(product, matching, live),
        chance: strangers.map { Self.explained($0[keyPath: path], $0.matching, live) } ?? 0,
        squaredChange: Self.squaredChange(product, matching))
      layer.explained[part] = share.explained
      layer.chance[part] = share.chance
      outcome.shares.append(share)
    }
    outcome.layer = layer
    outcome.valueOutput = innerBasis(
      measured.outputValue, matching, group: measured.group, signed: false)
    outcome.queryKey = innerBasis(measured.queryKey, matching, group: measured.group, signed: true)
    return outcome
  }

  /// A product's cosine is the product of its factors' cosines, that is, where both changed alike,
  /// the share of the variance of each that the reference explains.
  ///
  /// What heads look at of which nothing is taken is no part of the function.
  private static func explained(
    _ product: HeadProducts, _ matching: HeadMatching, _ live: [Bool]
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (head, counterpart) in matching.counterpart.enumerated() where live[head] {
      total += product.subjectEnergies[head]
      guard let counterpart else { continue }
      sum += product.subjectEnergies[head] * max(0, product.cosine(head, counterpart))
    }
    return total > 0 ? min(1, sum / total) : 0
  }

  /// ‖B − A‖² / ‖A‖² of each of the two factors: a product of two changes by both.
  private static func squaredChange(
    _ product: HeadProducts, _ matching: HeadMatching
  ) -> Double? {
    var (change, energy) = (0.0, 0.0)
    for (head, counterpart) in matching.counterpart.enumerated() {
      guard let counterpart else { continue }
      let mine = product.subjectEnergies[head]
      let theirs = product.referenceEnergies[counterpart]
      change +=
        mine - 2 * product.products[head * product.referenceEnergies.count + counterpart] + theirs
      energy += theirs
    }
    return energy > 0 ? max(0, change) / energy / 2 : nil
  }

  /// What became of the rows inside the heads.
  ///
  /// `signed` says whether a row that changed its sign counts as changed: between value and output a
  /// sign is one more scale; between query and key, turning a plane by 180° is a turn.
  private func innerBasis(
    _ product: HeadProducts, _ matching: HeadMatching, group: Int, signed: Bool
  ) -> BlockOutcome.InnerBasis? {
    let size = product.left.size
    var (cosines, direct): ([Double], [Double]) = ([], [])
    var (moved, peaked): ([Double], [Double]) = ([], [])
    var (first, second): ([Int: (Double, Double)], [Int: (Double, Double)]) = ([:], [:])
    for (mine, theirs) in matching.groupCounterpart.enumerated() {
      guard let theirs else { continue }
      let heads = (mine * group..<(mine + 1) * group).filter { matching.isConfident[$0] }
      guard !heads.isEmpty else { continue }
      for head in heads {
        cosines += matching.counterpart[head].map { [product.cosine(head, $0)] } ?? []
      }
      let peaks = Peaks(product.right.cosines(mine, theirs))
      moved.append(peaks.movedShare)
      peaked.append(peaks.meanMagnitude)
      for row in 0..<size {
        let cosine = product.right.directCosine(row, mine, theirs)
        direct.append(signed ? cosine : abs(cosine))
        first[mine * size + row] = product.right.energies(row, mine, theirs)
        var (a, b) = (0.0, 0.0)
        for head in heads {
          guard let other = matching.counterpart[head] else { continue }
          let (x, y) = product.left.energies(row, head, other)
          (a, b) = (a + x, b + y)
        }
        second[mine * size + row] = (a, b)
      }
    }
    guard !cosines.isEmpty, !direct.isEmpty else { return nil }
    return BlockOutcome.InnerBasis(
      product: cosines.reduce(0, +) / Double(cosines.count),
      direct: direct.reduce(0, +) / Double(direct.count),
      movedShare: moved.reduce(0, +) / Double(max(moved.count, 1)),
      peaked: peaked.reduce(0, +) / Double(max(peaked.count, 1)),
      scales: ScalePair(first: first, second: second))
  }
}
