import Canonicalise

extension Recovery {
  /// Units of a block that must be out of order for it to count as permuted.
  static let movedNeuronShare = 0.02
  /// Neurons with a counterpart beyond doubt that such a finding rests on.
  static let minimumNeurons = 16
  /// Dimensions out of order for the residual stream to count as permuted.
  static let movedDimensionShare = 0.05
  /// Heads' products agree at least this much before their inner bases are compared.
  static let minimumProduct = 0.3
  /// An inner basis counts as changed when its rows agree less than this share of what the products
  /// let expect.
  static let changedBasisShare = 0.6
  /// Share of rows with a counterpart elsewhere in the head, for its rows to count as permuted.
  static let movedRowShare = 0.5
  /// Permuted rows agree as far as the products let expect; turning a plane by any angle also makes
  /// peaks, which reach 0.9 of that on average.
  static let permutedRowAgreement = 0.95
  /// Undoing the map must explain this share of a block's variance beyond what assignments of
  /// strangers explain: a layer held against its neighbour reached 0.17; training as long as the
  /// first leaves 0.59.
  static let explainedShare = 0.4
  /// Blocks that differ by less are the same but for rounding.
  static let roundingChange = 0.01

  init(
    fit: ResidualFit?, outcomes: [BlockOutcome], shares: [AlignedShare], embeddingName: String?,
    parameters: Int
  ) {
    let total = Double(max(parameters, 1))
    func sum(_ value: (AlignedShare) -> Double) -> Double {
      shares.reduce(0) { $0 + value($1) * Double($1.parameters) }
    }
    let changed = shares.filter { $0.squaredChange != nil }
    let changedParameters = changed.reduce(0) { $0 + $1.parameters }
    let squares = sum { $0.squaredChange ?? 0 }
    self.init(
      transformations: (Self.mostAreExplained(outcomes) ? Self.residual(fit) : [])
        + Self.blocks(outcomes),
      layers: outcomes.map(\.layer), keptDimensions: Self.keptDimensions(fit),
      embeddingExplained: shares.first { share in
        embeddingName.map(share.tensors.contains) ?? false
      }?.explained,
      derivedShare: min(1, sum(\.derived) / total),
      relativeChange: changedParameters > 0
        ? (squares / Double(changedParameters)).squareRoot() : 0,
      unchangedShare: sum {
        ($0.squaredChange ?? 1) <= Self.roundingChange * Self.roundingChange ? 1 : 0
      } / total,
      coverage: min(1, sum { _ in 1 } / total))
  }

  private static func keptDimensions(_ fit: ResidualFit?) -> [Int]? {
    guard case .selection(let chosen, let width)? = fit?.map, width < chosen.count else {
      return nil
    }
    return chosen.indices.filter { chosen[$0] != nil }
  }

  private static func residual(_ fit: ResidualFit?) -> [Transformation] {
    guard let fit else { return [] }
    switch fit.map {
    case .identity: return []
    case .rotation(let matrix):
      return [
        Transformation(
          kind: .rotated, scope: .residual, matchedShare: 1, layers: [],
          detail: "an orthogonal \(matrix.rows) × \(matrix.columns) matrix turns the residual "
            + "stream")
      ]
    case .selection(let chosen, let width):
      let matched = chosen.compactMap(\.self)
      let order = matched.map(\.dimension)
      let flipped = matched.count { $0.sign < 0 }
      let moved = order.count - IndexOrder.longestAscending(order)
      let limit = movedDimensionShare * Double(order.count)
      guard Double(moved) > limit || Double(flipped) > limit else { return [] }
      return [
        Transformation(
          kind: .permuted, scope: .residual, matchedShare: fit.peakedShare ?? 0, layers: [],
          detail: "\(moved) of \(width) dimensions of the residual stream stand elsewhere"
            + (flipped > 0 ? ", \(flipped) with the opposite sign" : ""))
      ]
    }
  }

  /// Whether undoing the map explains most of the layers.
  private static func mostAreExplained(_ outcomes: [BlockOutcome]) -> Bool {
    2 * outcomes.count { $0.derived(Recovery.Part.allCases) >= explainedShare } > outcomes.count
  }

  private static func blocks(_ outcomes: [BlockOutcome]) -> [Transformation] {
    var found: [Transformation] = []
    func add(
      _ kind: Transformation.Kind, _ scope: Transformation.Scope, _ what: String,
      of parts: [Recovery.Part], matched: (BlockOutcome) -> Double?,
      where holds: (BlockOutcome) -> Bool
    ) {
      // Whoever hides a model hides most of it; a layer or two that fit badly prove nothing.
      let hits = outcomes.filter { holds($0) && $0.derived(parts) >= explainedShare }
      let comparable = outcomes.count { matched($0) != nil }
      guard !hits.isEmpty, 2 * hits.count > comparable else { return }
      let shares = hits.compactMap(matched)
      found.append(
        Transformation(
          kind: kind, scope: scope,
          matchedShare: shares.reduce(0, +) / Double(max(shares.count, 1)),
          layers: Set(hits.map(\.layer.subject)).sorted(),
          detail: "\(what) in \(hits.count) of \(comparable) blocks"))
    }
    let (neurons, heads): ([Recovery.Part], [Recovery.Part]) = (
      [.gate, .up, .down], [.outputValue, .queryKey]
    )
    add(
      .permuted, .neurons, "neurons stand in another order", of: neurons,
      matched: \.neurons?.matchedShare
    ) {
      $0.neurons.map {
        $0.matched >= minimumNeurons && $0.movedShare >= movedNeuronShare
      } ?? false
    }
    add(
      .permuted, .heads, "heads stand in another order", of: heads,
      matched: \.heads?.matchedShare
    ) {
      $0.heads.map { $0.movedShare > 0 } ?? false
    }
    add(
      .rescaled, .neurons, "up and down projection rescaled against each other", of: neurons,
      matched: \.neurons?.matchedShare
    ) { $0.neuronScales?.areReciprocal ?? false }
    for (scope, part, basis) in [
      (Transformation.Scope.valueOutput, Part.outputValue, \BlockOutcome.valueOutput),
      (.queryKey, .queryKey, \BlockOutcome.queryKey),
    ] {
      add(
        .permuted, scope, "rows of the heads stand in another order", of: [part],
        matched: \.heads?.matchedShare
      ) { $0[keyPath: basis]?.isPermuted ?? false }
      add(
        .rescaled, scope, "rows of the heads rescaled against each other", of: [part],
        matched: \.heads?.matchedShare
      ) { $0[keyPath: basis]?.isRescaled ?? false }
      add(
        .rebased, scope, "another basis inside the heads, equal products", of: [part],
        matched: \.heads?.matchedShare
      ) { $0[keyPath: basis]?.isRebased ?? false }
    }
    return found
  }
}

extension BlockOutcome {
  /// Share of the variance of some parts of the block that the reference explains, less what chance
  /// would, on average over those that were measured.
  fileprivate func derived(_ parts: [Recovery.Part]) -> Double {
    let shares = parts.compactMap { part in
      layer.explained[part].map { explained -> Double in
        let chance = layer.chance[part] ?? 0
        return chance < 1 ? max(0, (explained - chance) / (1 - chance)) : 0
      }
    }
    return shares.isEmpty ? 0 : shares.reduce(0, +) / Double(shares.count)
  }
}

extension BlockOutcome.InnerBasis {
  /// Whether the rows agree far less than their product does.
  ///
  /// Training lowers both alike.
  private var isChanged: Bool {
    product >= Recovery.minimumProduct
      && direct < Recovery.changedBasisShare * product.squareRoot()
  }

  var isPermuted: Bool {
    isChanged && movedShare >= Recovery.movedRowShare
      && peaked >= Recovery.permutedRowAgreement * product.squareRoot()
  }

  var isRebased: Bool { isChanged && !isPermuted }

  var isRescaled: Bool { !isChanged && scales.areReciprocal }
}
