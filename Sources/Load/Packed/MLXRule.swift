/// MLX: `weight U32 [out, in · bits / 32]`, `scales` and `biases [out, in / group]`.
///
/// The widths tell the product of bits and group; of which bits it is the settings say, for all layers
/// or for one, where that fits, and the codes where they contradict.
struct MLXAffineRule: PackingRule {
  var endings: [String] { [".weight"] }
  var types: Set<ElementType> { [.uint32] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scales = names[stem + ".scales"], let words = codes.shape.last,
      let all = words.multipliedIfCounted(by: 32), let groups = scales.shape.last, groups > 0
    else { return nil }
    let biases = names[stem + ".biases"]
    let found = bits(
      all: all, groups: groups, stem: stem, in: names, codes: codes.stored[0])
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

  /// Bits and group: of what the widths allow, what the settings say unless the codes contradict.
  private func bits(
    all: Int, groups: Int, stem: String, in names: StoredNames, codes: StoredArray
  ) -> (bits: Int, group: Int)? {
    let own = names.settings?[stem]
    let statedBits = [own?["bits"]?.integer, names.setting("bits")].compactMap(\.self)
    let statedSizes = [own?["group_size"]?.integer, names.setting("group_size")].compactMap(\.self)
    var found: [(bits: Int, group: Int)] = []
    for bits in statedBits + [8, 6, 5, 4, 3, 2]
    where (2...8).contains(bits) && bits != 7 && all.isMultiple(of: bits) {
      for size in statedSizes + [32, 64, 128, 16]
      where size > 0 && groups.multipliedIfCounted(by: size) == all / bits {
        if !found.contains(where: { $0.bits == bits }) { found.append((bits, size)) }
      }
    }
    guard found.count > 1 else { return found.first }
    let usual = found.first { statedBits.contains($0.bits) } ?? found.first { $0.bits == 4 }
    // The widest first: narrow codes are 0 often enough by chance.
    return found.sorted { $0.bits > $1.bits }.first {
      Self.reachesZero(codes, bits: $0.bits, group: $0.group)
    } ?? usual ?? found.first
  }

  /// Groups at the beginning that are looked at, and bytes of them.
  private static let sampledGroups = 512
  private static let sampledBytes = 1 << 20

  /// Whether every group has a code 0 among others, as it does when MLX wrote it: the bias is the
  /// value of the largest magnitude, which is 0 steps away.
  ///
  /// Of codes read in too many bits hardly any is 0.
  private static func reachesZero(_ codes: StoredArray, bits: Int, group: Int) -> Bool {
    guard let size = group.multipliedIfCounted(by: bits), size.isMultiple(of: 8) else {
      return false
    }
    let count = min(sampledGroups, min(sampledBytes, codes.byteCount) / (size / 8))
    var others = false
    let answer = try? codes.storage.withBytes(
      of: 0..<count * size / 8, scratch: ByteScratch()
    ) { (bytes) throws(LoadError) in
      (0..<count).allSatisfy { number in
        var reaches = false
        BitCodes.forEach(in: bytes, from: number * size, count: group, bits: bits) {
          if $1 == 0 { reaches = true } else { others = true }
        }
        return reaches
      }
    }
    return others && answer ?? false
  }
}

extension Int {
  /// Eight times as much, or nothing where that cannot be counted.
  fileprivate var multiplied8: Int { multipliedIfCounted(by: 8) ?? 0 }
}
