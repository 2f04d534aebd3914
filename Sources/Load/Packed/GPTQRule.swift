/// AutoGPTQ and its kin: `qweight [in · bits / 32, out]`, `scales [groups, out]`,
/// `qzeros [groups, out · bits / 32]`, and perhaps the group of each input, `g_idx [in]`.
///
/// Bits follow from the widths; kernels' own layouts (Marlin, BitBLAS, planes) are not decoded.
struct GPTQRule: PackingRule {
  var endings: [String] { [".qweight"] }
  var types: Set<ElementType> { [.int32, .uint32] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scales = names[stem + ".scales"], codes.shape.count == 2 else { return nil }
    let (zeros, order) = (names[stem + ".qzeros"], names[stem + ".g_idx"])
    let format = names.settings?["checkpoint_format"] ?? names.settings?["format"]
    var found: GPTQCodes?
    if let zeros, ["gptq", "gptq_v2", nil].contains(format?.string) {
      found = decoding(
        codes.stored[0], scales: scales, zeros: zeros, order: order, in: names,
        isSecond: format?.string == "gptq_v2")
    }
    guard let shape = found.map({ [$0.columns, $0.rows] }) ?? shape(codes, order, zeros, in: names)
    else { return nil }
    return Tensor(
      packed: stem + ".weight", shape: shape, swapsLastAxes: true,
      stored: codes.stored + [scales] + [zeros, order].compactMap(\.self), decoding: found,
      scheme: GPTQCodes.name)
  }

  private func decoding(
    _ codes: StoredArray, scales: StoredArray, zeros: StoredArray, order: StoredArray?,
    in names: StoredNames, isSecond: Bool
  ) -> GPTQCodes? {
    let columns = codes.shape[1]
    guard scales.shape.count == 2, scales.shape[1] == columns, scales.elementType.isFloatOfScales,
      columns > 0, let groups = scales.shape.first, groups > 0,
      zeros.shape.count == 2, zeros.shape[0] == groups,
      [.int32, .uint32].contains(zeros.elementType),
      let zeroBits = zeros.shape[1].multipliedIfCounted(by: 32), zeroBits.isMultiple(of: columns),
      case let bits = zeroBits / columns, (2...8).contains(bits),
      let all = codes.shape[0].multipliedIfCounted(by: 32), all.isMultiple(of: bits)
    else { return nil }
    let rows = all / bits
    guard [rows, columns].productIfCounted != nil,
      let grouping = grouping(order, rows: rows, groups: groups, in: names)
    else { return nil }
    return GPTQCodes(
      rows: rows, columns: columns, bits: bits,
      zeroOffset: Self.isFirst(zeros, bits: bits) ?? !isSecond ? 1 : 0, grouping: grouping,
      scaleType: scales.elementType)
  }

  private func grouping(
    _ order: StoredArray?, rows: Int, groups: Int, in names: StoredNames
  ) -> RowGroups? {
    guard let order else {
      let stated = names.setting("group_size", "q_group_size").flatMap { size in
        size > 0 && (rows - 1) / size + 1 == groups ? size : nil
      }
      let even = rows.isMultiple(of: groups) ? rows / groups : nil
      return (even ?? stated).map { .even(size: $0, storedBytes: 0) }
    }
    guard let table = ColumnGroups(order, columns: rows, count: groups) else { return nil }
    return table.even.map { .even(size: $0, storedBytes: order.byteCount) } ?? .table(table)
  }

  /// Whether zero points are stored less one, as version 1 has it; nil where they do not tell.
  ///
  /// Those of weights that are quantised about zero are all half of the codes.
  private static func isFirst(_ zeros: StoredArray, bits: Int) -> Bool? {
    let count = min(zeros.byteCount, 64) / bits * bits
    let start = try? zeros.storage.withBytes(of: 0..<count, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in Array(bytes)
    }
    guard let start, !start.isEmpty else { return nil }
    let half = 1 << (bits - 1)
    var codes: Set<Int> = []
    start.withUnsafeBytes { bytes in
      BitCodes.forEach(in: bytes, from: 0, count: 8 * count / bits, bits: bits) {
        codes.insert($1)
      }
    }
    return codes == [half - 1] ? true : codes == [half] ? false : nil
  }

  /// Extents of a weight that is not decoded.
  private func shape(
    _ codes: Tensor, _ order: StoredArray?, _ zeros: StoredArray?, in names: StoredNames
  ) -> [Int]? {
    let (rows, columns) = (codes.shape[0], codes.shape[1])
    var bits = names.setting("bits", "w_bit") ?? 4
    if let zeros, zeros.shape.count == 2, columns > 0,
      let all = zeros.shape[1].multipliedIfCounted(by: 32), all.isMultiple(of: columns)
    {
      bits = all / columns
    }
    guard (1...8).contains(bits), let all = rows.multipliedIfCounted(by: 32) else { return nil }
    let inputs = order.map(\.elementCount) ?? all / bits
    return [columns, inputs].isPlausible(of: codes) ? [columns, inputs] : nil
  }
}

extension [Int] {
  /// Whether codes can be of so many numbers: no scheme has less than a bit for one, and a shape that
  /// claims more would outweigh the model.
  func isPlausible(of codes: Tensor) -> Bool {
    productIfCounted.map { $0 > 0 && $0 / 8 <= codes.byteCount } ?? false
  }
}
