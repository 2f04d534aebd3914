import Canonicalise

/// Composes circuits from projected tensors.
enum CircuitAssembly {
  private static let k = Projection.directions

  /// The circuits of a unit, normalised for comparison.
  ///
  /// - Parameters:
  ///   - projected: each member's `[other, 64]` product with the probe directions.
  ///   - isotropic: P·Pᵀ, `[64, 64]`.
  static func circuits(
    of unit: CircuitPlan.Unit, projected: [TensorRole: [Float]], isotropic: [Double]
  ) -> [CircuitKind: [Float]] {
    var raw: [CircuitKind: [Float]] = [:]
    switch unit.block {
    case .attention(let layout):
      if let q = projected[.attentionQuery], let key = projected[.attentionKey] {
        raw[.qk] = heads(
          scale(q, by: unit.headGains[.attentionQuery]),
          scale(key, by: unit.headGains[.attentionKey]), layout: layout)
      }
      if let o = projected[.attentionOutput], let v = projected[.attentionValue] {
        raw[.ov] = heads(o, v, layout: layout)
      }
    case .latentAttention(let layout):
      if let latent = latent(layout, projected) { (raw[.qk], raw[.ov]) = latent }
    case .feedForward:
      if let down = projected[.mlpDown], let up = projected[.mlpUp], down.count == up.count {
        raw[.ud] = gram(down, up)
      }
      if let reader = projected[.mlpGate] ?? projected[.mlpUp] { raw[.gg] = gram(reader, reader) }
    }
    return raw.compactMapValues { normalised($0, isotropic: isotropic) }
  }

  /// Σ_h left_hᵀ · right_g(h), where `group` successive heads of `left` share a head of `right`.
  private static func heads(_ left: [Float], _ right: [Float], layout: HeadLayout) -> [Float]? {
    let (leftRows, rightRows) = (left.count / k, right.count / k)
    if leftRows == rightRows { return gram(left, right) }
    guard let group = layout.group, layout.headSize > 0, leftRows == rightRows * group else {
      return nil
    }
    // The heads of a group share their right factor, so their left factors are summed first.
    var summed = [Float](repeating: 0, count: right.count)
    let size = layout.headSize * k
    for head in 0..<leftRows / layout.headSize {
      let (source, target) = (head * size, head / group * size)
      for i in 0..<size { summed[target + i] += left[source + i] }
    }
    return gram(summed, right)
  }

  /// QK and OV of latent attention: Σ_h Q_hᵀ [K_h | rotary key] and Σ_h O_hᵀ V_h.
  private static func latent(
    _ layout: LatentLayout, _ projected: [TensorRole: [Float]]
  ) -> (qk: [Float], ov: [Float])? {
    guard let query = projected[.latentQueryUp] ?? projected[.attentionQuery],
      let keyValue = projected[.latentKeyValueUp], let down = projected[.latentKeyValueDown],
      let output = projected[.attentionOutput]
    else { return nil }
    let (queryHead, keyValueHead) = (layout.plain + layout.rotary, layout.plain + layout.value)
    var qk = gram(
      layout.rows(query, start: 0, count: layout.plain, perHead: queryHead),
      layout.rows(keyValue, start: 0, count: layout.plain, perHead: keyValueHead))
    if layout.rotary > 0 {
      let turned = gram(
        layout.summedRows(
          query, start: layout.plain, count: layout.rotary, perHead: queryHead),
        Array(down[(layout.keyValueRank * k)...]))
      for i in qk.indices { qk[i] += turned[i] }
    }
    let values = layout.rows(
      keyValue, start: layout.plain, count: layout.value, perHead: keyValueHead)
    return (qk, gram(output, values))
  }

  /// leftᵀ · right of two `[n, 64]` matrices.
  private static func gram(_ left: [Float], _ right: [Float]) -> [Float] {
    DenseMatrix.product(
      left, right, rows: k, columns: k, inner: left.count / k, transposeLeft: true)
  }

  private static func scale(_ rows: [Float], by gains: [Float]?) -> [Float] {
    guard let gains, !gains.isEmpty, (rows.count / k) % gains.count == 0 else { return rows }
    var result = rows
    for i in result.indices { result[i] *= gains[i / k % gains.count] }
    return result
  }

  /// Regresses the constant and the isotropic part out and scales to unit norm; nil for circuits
  /// that are nothing else, or not finite.
  static func normalised(_ circuit: [Float]?, isotropic: [Double]) -> [Float]? {
    guard let circuit else { return nil }
    var values = circuit.map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let isotropicMean = isotropic.reduce(0, +) / count
    let centredIsotropic = isotropic.map { $0 - isotropicMean }
    let energy = centredIsotropic.reduce(0) { $0 + $1 * $1 }
    let slope =
      energy > 0 ? zip(values, centredIsotropic).reduce(0) { $0 + $1.0 * $1.1 } / energy : 0
    for i in values.indices { values[i] -= mean + slope * centredIsotropic[i] }
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm.isFinite, norm > 0 else { return nil }
    return values.map { Float($0 / norm) }
  }
}
