/// How long the parts of a fused axis are.
struct PartSizes: Equatable {
  var values: [Int]

  /// Sizes by name where those are known; the other parts share equally what is left.
  ///
  /// Nil if that does not come out even. Unless `named`, all parts share alike.
  init?(_ parts: [TensorTransform.Part], total: Int, in dimensions: Dimensions, named: Bool) {
    let known = parts.map { named ? $0.size?.value(in: dimensions) : nil }
    // With different names, equal shares would be a guess.
    guard named || Set(parts.map(\.size)).count == 1 else { return nil }
    let unknown = zip(parts, known).filter { $0.1 == nil }.map(\.0.size)
    guard Set(unknown).count <= 1 else { return nil }
    var rest = total
    for size in known.compactMap({ $0 }) {
      guard size >= 0, size <= rest else { return nil }
      rest -= size
    }
    if unknown.isEmpty {
      guard rest == 0 else { return nil }
      values = known.compactMap { $0 }
    } else {
      guard rest.isMultiple(of: unknown.count) else { return nil }
      values = known.map { $0 ?? rest / unknown.count }
    }
  }

  /// Sizes of fused query, key and value rows from the width that attention puts out; keys and
  /// values are as wide as each other.
  init?(attention parts: [TensorTransform.Part], total: Int, width: Int?) {
    guard let width, parts.map(\.role) == [.attentionQuery, .attentionKey, .attentionValue],
      (0...total).contains(width), (total - width).isMultiple(of: 2)
    else { return nil }
    values = [width, (total - width) / 2, (total - width) / 2]
  }
}

/// How query, key and value heads mix in one axis (`TensorTransform.interleavedHeads`).
struct HeadLayout: Equatable {
  var groups: Int
  var queriesPerGroup: Int
  var size: Int

  /// Reads the layout off the number of rows.
  ///
  /// Only the number of query heads must be known; that of
  /// key heads follows, and is not taken from the configuration, where Falcon's misleads.
  init?(rows: Int, in context: TransformContext) {
    guard let heads = context.dimensions.heads, heads > 0 else { return nil }
    let width = context.attentionWidth ?? context.dimensions.hidden
    guard let width, width > 0, width.isMultiple(of: heads), rows > width else { return nil }
    let size = width / heads
    let (keyRows, rest) = (rows - width).quotientAndRemainder(dividingBy: 2)
    guard rest == 0, keyRows.isMultiple(of: size) else { return nil }
    let groups = keyRows / size
    guard groups > 0, heads.isMultiple(of: groups) else { return nil }
    self.groups = groups
    queriesPerGroup = heads / groups
    self.size = size
  }
}
