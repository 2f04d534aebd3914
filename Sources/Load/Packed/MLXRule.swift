/// MLX: `weight U32 [out, in · bits / 32]`, `scales` and `biases [out, in / group]`.
///
/// The widths tell the product of bits and group; of which bits it is the settings say, for all layers
/// or for one, where that fits.
struct MLXAffineRule: PackingRule {
  var endings: [String] { [".weight"] }
  var types: Set<ElementType> { [.uint32] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scales = names[stem + ".scales"], let words = codes.shape.last,
      let all = words.multipliedIfCounted(by: 32), let groups = scales.shape.last, groups > 0
    else { return nil }
    let biases = names[stem + ".biases"]
    let found = bits(all: all, groups: groups, stem: stem, in: names)
    let shape: [Int] = codes.shape.dropLast() + [found.map { all / $0.bits } ?? words.multiplied8]
    guard shape.isPlausible(of: codes) else { return nil }
    var decoding: RowCodes<MLXAffine>?
    if let found, let biases, biases.shape == scales.shape,
      scales.shape == Array(shape.dropLast()) + [groups],
      scales.elementType.isFloatOfScales, biases.elementType.isFloatOfScales,
      let grid = ScaleGrid(
        shape: shape, block: shape.dropLast().map { _ in 1 } + [found.group],
        scaleType: scales.elementType)
    {
      decoding = RowCodes(
        bits: found.bits, layout: WordLayout(rowBytes: 4 * words, codesPerWord: nil), grid: grid,
        offset: .biases(biases.elementType), groups: nil)
    }
    return Tensor(
      packed: codes.name, shape: shape,
      stored: codes.stored + [scales] + (biases.map { [$0] } ?? []),
      decoding: decoding, scheme: MLXAffine.name)
  }

  private func bits(
    all: Int, groups: Int, stem: String, in names: StoredNames
  ) -> (bits: Int, group: Int)? {
    let own = names.settings?[stem]
    let statedBits = [own?["bits"]?.integer, names.setting("bits")].compactMap(\.self)
    let statedSizes = [own?["group_size"]?.integer, names.setting("group_size")].compactMap(\.self)
    for bits in statedBits + [4, 8, 6, 3, 5, 2] where (2...8).contains(bits) && bits != 7 {
      guard all.isMultiple(of: bits) else { continue }
      for size in statedSizes + [64, 32, 128, 16]
      where size > 0 && groups.multipliedIfCounted(by: size) == all / bits {
        return (bits, size)
      }
    }
    return nil
  }
}

extension Int {
  /// Eight times as much, or nothing where that cannot be counted.
  fileprivate var multiplied8: Int { multipliedIfCounted(by: 8) ?? 0 }
}
