import Fingerprint

/// Tells a mixture of relatives from a model that drifted the way its siblings did.
///
/// Three kinds are claimed. *Exact*: the weights are a combination of relatives, the same in all
/// tensors or layer by layer, up to the rounding of the result; no training ends there. *Masked*:
/// the combination leaves much (dropped or trimmed changes), and yet its weights are the same in all
/// tensors within the noise of the sketches; drift goes another share of the way in every tensor. *Sampled*: single
/// values are those of a base, moved by the steps of one or the other relative times one number.
struct MergeFit {
  let gram: KinGram
  let names: [String]
  /// What a combination leaves of a tensor, as a sketch.
  let rest: (_ tensor: Int, _ parts: [(position: Int, weight: Double)]) -> [Double]?
  /// Among some relatives, the donors of single values and the base that the others are left of.
  let donors: (_ positions: [Int]) -> (base: Int, donors: [Int])?

  /// Relatives that are fitted together, nearest first.
  private static let mostParents = 12

  func merge() -> RelativeMerge? {
    let candidates = Self.distinct(gram)
    guard candidates.count >= 2, gram.tensors.count >= DriftTest.minimumTensors,
      let nearest = candidates.map({ gram.square($0, 0) }).min(), nearest > 4 * rounding
    else { return nil }
    return exact(candidates, nearest: nearest) ?? layered(candidates, nearest: nearest)
      ?? masked(candidates) ?? sampled(candidates)
  }

  /// Positions of the nearest relatives, one of each that are the same but for rounding.
  private static func distinct(_ gram: KinGram) -> [Int] {
    let sorted = (1..<gram.side).sorted {
      (gram.square($0, 0), $0) < (gram.square($1, 0), $1)
    }
    var chosen: [Int] = []
    for position in sorted where chosen.count < mostParents {
      if !chosen.contains(where: { gram.isSame($0, position) }) { chosen.append(position) }
    }
    return chosen
  }

  /// ‖error‖² of rounding all of B to bfloat16, the coarsest type that merges are stored in.
  private var rounding: Double {
    KinThresholds.roundingSquare * 0x1p-16 * gram.energy
  }

  // MARK: Kinds of merges

  private func exact(_ candidates: [Int], nearest: Double) -> RelativeMerge? {
    guard let fit = sparse(candidates, in: gram.total),
      fit.residual <= 2 * rounding + KinThresholds.mergeResidual * nearest,
      fit.parents.count >= 2
    else { return nil }
    return result(fit, explained: 1 - fit.residual / max(nearest, fit.residual))
  }

  /// A combination per layer, exact in nearly all of them.
  private func layered(_ candidates: [Int], nearest: Double) -> RelativeMerge? {
    guard gram.groupCount >= KinGram.minimumGroups, gram.groupCount < gram.tensors.count else {
      return nil
    }
    let share = gram.groupEnergies.map { $0 / gram.energy }
    let fits = gram.grouped.indices.map { group in
      sparse(candidates, in: gram.grouped[group]).flatMap { fit in
        let near = candidates.map { gram.inner(gram.grouped[group], $0, 0, $0, 0) }.min() ?? 0
        let noise = 2 * rounding * share[group]
        return fit.residual <= noise + KinThresholds.mergeResidual * near ? fit : nil
      }
    }
    let exact = fits.compactMap(\.self)
    guard 5 * exact.count >= 4 * fits.count else { return nil }
    let mixed = exact.count { $0.parents.count >= 2 }
    guard 2 * mixed >= exact.count else { return nil }
    var mean = [Int: Double]()
    for fit in exact {
      for (position, weight) in zip(fit.positions, fit.weights) {
        mean[position, default: 0] += weight / Double(exact.count)
      }
    }
    let positions = mean.keys.sorted()
    let whole = Fit(
      positions: positions, weights: positions.map { mean[$0] ?? 0 },
      residual: exact.reduce(0) { $0 + $1.residual })
    guard whole.parents.count >= 2 else { return nil }
    return result(whole, explained: 1 - whole.residual / max(nearest, whole.residual))
  }

  /// Weights that are the same in all tensors, whatever is left.
  private func masked(_ candidates: [Int]) -> RelativeMerge? {
    guard let fit = solve(candidates, in: gram.total) else { return nil }
    let parents = fit.positions.indices.filter {
      fit.weights[$0] >= KinThresholds.maskedWeight
    }
    guard parents.count >= 2, parents.allSatisfy({ isUniform($0, fit) }) else { return nil }
    let kept = parents.map { fit.positions[$0] }
    guard let least = fit.positions.indices.min(by: { fit.weights[$0] < fit.weights[$1] }) else {
      return nil
    }
    // The base of a sum of changes; what siblings by the same data have in common is drift.
    let base = fit.positions[least]
    let areDistinct = kept.indices.allSatisfy { i in
      kept.prefix(i).allSatisfy {
        gram.cosine($0, kept[i], from: base) < KinThresholds.siblingCosine(gram.space)
      }
    }
    let explained = 1 - fit.residual / max(gram.square(base, 0), fit.residual)
    guard areDistinct, !kept.contains(base), explained >= KinThresholds.maskedExplained,
      leavesNoise(fit)
    else { return nil }
    return result(
      Fit(positions: kept, weights: parents.map { fit.weights[$0] }, residual: fit.residual),
      explained: explained)
  }

  /// Values of several relatives, each to the rounding and times one number, beside values of a base: siblings by
  /// the same data are told by them too, whose sketches are too much alike.
  private func sampled(_ candidates: [Int]) -> RelativeMerge? {
    guard let (base, donors) = donors(candidates), donors.count >= 2,
      let fit = solve(donors + [base], in: gram.total)
    else { return nil }
    let weights = Array(fit.weights.dropLast())
    guard weights.allSatisfy({ $0 >= KinThresholds.mergeWeight }) else { return nil }
    let explained = 1 - fit.residual / max(gram.square(base, 0), fit.residual)
    return result(
      Fit(positions: donors, weights: weights, residual: fit.residual), explained: explained)
  }

  /// Whether what the combination leaves is white in the mean of the tensors.
  private func leavesNoise(_ fit: Fit) -> Bool {
    let parts = zip(fit.positions, fit.weights).map { (position: $0, weight: $1) }
    let ranks = gram.tensors.indices.compactMap { rest($0, parts).flatMap(Whiteness.rank) }
    guard ranks.count >= DriftTest.minimumTensors else { return false }
    return ranks.reduce(0, +) / Double(ranks.count) >= Whiteness.minimumRank
  }

  /// Whether one weight is the same in all tensors, beyond the noise of the sketches and by the
  /// spread that drift has.
  private func isUniform(_ parent: Int, _ fit: Fit) -> Bool {
    var (sum, square, noise, count) = (0.0, 0.0, 0.0, 0.0)
    for product in gram.products {
      guard let own = solve(fit.positions, in: product),
        let variance = variance(parent, own, product)
      else { return false }
      sum += own.weights[parent]
      square += own.weights[parent] * own.weights[parent]
      noise += variance
      count += 1
    }
    guard count >= Double(DriftTest.minimumTensors) else { return false }
    let mean = sum / count
    let spread = max(0, square / count - mean * mean)
    let error = (noise / count / count).squareRoot()
    let excess = spread * max(0, 1 - 2 * (2 / count).squareRoot()) - noise / count
    let limit = KinThresholds.maskedSpread * fit.weights[parent]
    return excess <= limit * limit && fit.weights[parent] > 6 * error
  }

  /// Variance that the sketch of what is left gives one weight in one tensor.
  private func variance(_ parent: Int, _ fit: Fit, _ product: [Double]) -> Double? {
    let (system, _) = system(fit.positions, in: product)
    guard let inverse = Self.inverseDiagonal(system, of: parent) else { return nil }
    return fit.residual / Double(LinearSketch.side * LinearSketch.side) * inverse
  }

  // MARK: Least squares

  /// Weights that sum to 1, so that B ≈ Σ w R.
  struct Fit {
    var positions: [Int]
    var weights: [Double]
    /// ‖B − Σ w R‖².
    var residual: Double

    /// Indices of the relatives that take part.
    var parents: [Int] { weights.indices.filter { weights[$0] >= KinThresholds.mergeWeight } }
  }

  /// The best combination with the fewest relatives: those whose weight is next to nothing are left
  /// out one by one.
  private func sparse(_ candidates: [Int], in table: [Double]) -> Fit? {
    var positions = candidates
    while positions.count >= 2 {
      guard let fit = solve(positions, in: table) else { return nil }
      guard
        let least = positions.indices.min(by: { abs(fit.weights[$0]) < abs(fit.weights[$1]) }),
        abs(fit.weights[least]) < KinThresholds.mergeWeight
      else { return fit }
      positions.remove(at: least)
    }
    return positions.first.map {
      Fit(positions: [$0], weights: [1], residual: gram.inner(table, $0, 0, $0, 0))
    }
  }

  /// Minimises ‖Σ w (R − B)‖² with Σ w = 1: the last relative's weight follows from the others'.
  private func solve(_ positions: [Int], in table: [Double]) -> Fit? {
    guard let last = positions.last else { return nil }
    let (system, target) = system(positions, in: table)
    guard let free = Self.solve(system, target) else { return nil }
    let weights = free + [1 - free.reduce(0, +)]
    guard weights.allSatisfy(\.isFinite), last > 0 else { return nil }
    return Fit(
      positions: positions, weights: weights, residual: residual(positions, weights, in: table))
  }

  /// ‖B − Σ w R‖².
  private func residual(_ positions: [Int], _ weights: [Double], in table: [Double]) -> Double {
    var residual = 0.0
    for (i, a) in positions.enumerated() {
      for (j, b) in positions.enumerated() {
        residual += weights[i] * weights[j] * table[a * gram.side + b]
      }
    }
    return max(0, residual)
  }

  /// Normal equations for the differences from the last relative.
  private func system(
    _ positions: [Int], in table: [Double]
  ) -> (matrix: [[Double]], target: [Double]) {
    let base = positions[positions.count - 1]
    let free = positions.dropLast()
    return (
      free.map { a in free.map { gram.inner(table, a, base, $0, base) } },
      free.map { gram.inner(table, 0, base, $0, base) }
    )
  }

  /// Gaussian elimination with pivoting; nil if singular.
  private static func solve(_ matrix: [[Double]], _ target: [Double]) -> [Double]? {
    var rows = zip(matrix, target).map { $0 + [$1] }
    let count = rows.count
    let scale = matrix.indices.map { abs(matrix[$0][$0]) }.max() ?? 0
    for column in 0..<count {
      guard let pivot = (column..<count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
        abs(rows[pivot][column]) > 1e-12 * scale
      else { return nil }
      rows.swapAt(column, pivot)
      for row in 0..<count where row != column {
        let factor = rows[row][column] / rows[column][column]
        guard factor != 0 else { continue }
        for k in column...count { rows[row][k] -= factor * rows[column][k] }
      }
    }
    return rows.indices.map { rows[$0][count] / rows[$0][$0] }
  }

  /// An entry on the diagonal of the inverse; the last relative's weight is minus the sum of the
  /// others', so its variance is that of the sum.
  private static func inverseDiagonal(_ matrix: [[Double]], of index: Int) -> Double? {
    let count = matrix.count
    let direction = (0..<count).map { index < count ? ($0 == index ? 1.0 : 0) : 1.0 }
    return solve(matrix, direction).map { zip($0, direction).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  // MARK: Result

  private func result(_ fit: Fit, explained: Double) -> RelativeMerge {
    let parents = fit.parents
    let positions = fit.positions
    let fits = gram.grouped.map { solve(positions, in: $0) }
    let byGroup = fits.map { $0?.weights ?? fit.weights }
    let left = gram.grouped.map { group in
      solve(positions, in: zip(gram.total, group).map(-))?.weights ?? fit.weights
    }
    let base = positions.indices.min { fit.weights[$0] < fit.weights[$1] }.flatMap {
      fit.weights[$0] < 0 ? names[positions[$0]] : nil
    }
    let described = parents.map { index in
      RelativeMerge.Parent(
        reference: names[positions[index]], coefficient: fit.weights[index],
        error: KinGram.jackknife(left.map { $0[index] }), byLayer: byGroup.map { $0[index] })
    }
    // Weights of their own leave most of what one weight for all layers leaves, unless layers differ.
    let common = gram.grouped.reduce(0.0) { $0 + residual(positions, fit.weights, in: $1) }
    let own = zip(fits, gram.grouped).reduce(0.0) {
      $0 + ($1.0?.residual ?? residual(positions, fit.weights, in: $1.1))
    }
    let varies =
      own < KinThresholds.layerwiseResidual * common
      && described.contains { parent in
        let mean = parent.byLayer.reduce(0, +) / Double(max(parent.byLayer.count, 1))
        let square = parent.byLayer.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (square / Double(max(parent.byLayer.count, 1))).squareRoot()
          > KinThresholds.layerwiseSpread
      }
    var merge = RelativeMerge(
      parents: described.sorted { $0.coefficient > $1.coefficient }, base: base,
      layers: gram.groupLayers, explained: min(1, max(0, explained)), varies: varies)
    merge.isExact = fit.residual <= 2 * rounding
    return merge
  }
}
