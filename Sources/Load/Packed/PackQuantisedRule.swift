/// compressed-tensors: `weight_packed I32 [out, in · bits / 32]`, `weight_scale`, `weight_shape`, and
/// where there are `weight_zero_point`, packed down the rows, and `weight_g_idx`.
///
/// Bits follow from the width and `weight_shape`, without which a weight is not decoded: codes that
/// once left the rest of a word empty now cross its borders.
struct PackQuantisedRule: PackingRule {
  var endings: [String] { [".weight_packed"] }
  var types: Set<ElementType> { [.int32, .uint32] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scales = names[stem + ".weight_scale"], let words = codes.shape.last,
      words > 0
    else { return nil }
    let (form, zeros) = (names[stem + ".weight_shape"], names[stem + ".weight_zero_point"])
    let (order, whole) = (names[stem + ".weight_g_idx"], names[stem + ".weight_global_scale"])
    let stated = form?.integers.flatMap { shape in
      shape.dropLast() == codes.shape.dropLast() && shape.isPlausible(of: codes) ? shape : nil
    }
    var decoding: RowCodes<PackQuantised>?
    if let stated, whole == nil, names.rotation == nil {
      decoding = self.decoding(stated, words: words, scales: scales, zeros: zeros, order: order)
    }
    let bits = names.setting("bits", "num_bits") ?? 4
    guard let shape = stated ?? codes.shape.widened(32, over: bits), shape.isPlausible(of: codes)
    else { return nil }
    return Tensor(
      packed: stem + ".weight", shape: shape,
      stored: codes.stored + [scales] + [zeros, order, form, whole].compactMap(\.self),
      decoding: decoding, scheme: PackQuantised.name + (names.rotation ?? ""))
  }

  private func decoding(
    _ shape: [Int], words: Int, scales: StoredArray, zeros: StoredArray?, order: StoredArray?
  ) -> RowCodes<PackQuantised>? {
    guard let inputs = shape.last, let (bits, layout) = Self.layout(inputs: inputs, words: words)
    else { return nil }
    var groups: ColumnGroups?
    var block = ScaleGrid.blocks(of: shape, scales: scales.shape, size: nil)
    // A group of −1 says that columns are in order after all.
    if let order, order.integers(atMost: ColumnGroups.mostColumns)?.contains(-1) != true,
      let count = scales.shape.last
    {
      guard shape.count == 2, scales.shape == [shape[0], count],
        let table = ColumnGroups(order, columns: inputs, count: count)
      else { return nil }
      if let even = table.even { block = [1, even] } else { groups = table }
      if groups != nil { block = [1, (inputs - 1) / count + 1] }
    }
    guard let block,
      let grid = ScaleGrid(shape: shape, block: block, scaleType: scales.elementType),
      grid.scaleCount == scales.elementCount
    else { return nil }
    var offset = RowCodes<PackQuantised>.Offset.centre
    if let zeros {
      guard shape.count == 2, scales.shape.count == 2, scales.shape[0] == shape[0],
        [.int32, .uint32].contains(zeros.elementType),
        let rows = VerticalCodes.wordRows(shape[0], bits: bits),
        zeros.shape == [rows, scales.shape[1]]
      else { return nil }
      offset = .zeroPoints(groups: scales.shape[1])
    }
    return RowCodes(bits: bits, layout: layout, grid: grid, offset: offset, groups: groups)
  }

  /// The only bits of which rows of so many codes fill so many words, dense if they can be.
  private static func layout(inputs: Int, words: Int) -> (bits: Int, layout: WordLayout)? {
    guard let rowBytes = words.multipliedIfCounted(by: 4) else { return nil }
    let dense = (2...8).filter { (inputs * $0 + 31) / 32 == words }
    let padded = (2...8).filter { !32.isMultiple(of: $0) && inputs.dividedUp(by: 32 / $0) == words }
    switch (dense.count, padded.count) {
    case (1, _): return (dense[0], WordLayout(rowBytes: rowBytes, codesPerWord: nil))
    case (0, 1): return (padded[0], WordLayout(rowBytes: rowBytes, codesPerWord: 32 / padded[0]))
    default: return nil
    }
  }
}

extension [Int] {
  /// Extents with the last axis so many times as long, over a divisor; nil if it does not come out
  /// even.
  func widened(_ factor: Int, over divisor: Int) -> [Int]? {
    guard (1...8).contains(divisor), let last, let product = last.multipliedIfCounted(by: factor),
      product.isMultiple(of: divisor)
    else { return nil }
    return dropLast() + [product / divisor]
  }
}

extension Int {
  fileprivate func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
