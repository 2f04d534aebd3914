/// AutoAWQ's `gemm`: `qweight [in, out / 8]`, `scales [groups, out]`, `qzeros [groups, out / 8]`.
///
/// Its other versions have other shapes, and are not decoded.
struct AWQRule: PackingRule {
  var endings: [String] { [".qweight"] }
  var types: Set<ElementType> { [.int32, .uint32] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scales = names[stem + ".scales"], codes.shape.count == 2, scales.shape.count == 2,
      names[stem + ".g_idx"] == nil
    else { return nil }
    let (rows, columns, groups) = (codes.shape[0], scales.shape[1], scales.shape[0])
    guard columns > codes.shape[1], [columns, rows].isPlausible(of: codes) else { return nil }
    let zeros = names[stem + ".qzeros"]
    var decoding: AWQCodes?
    if let zeros, zeros.shape == [groups, codes.shape[1]],
      [.int32, .uint32].contains(zeros.elementType), scales.elementType.isFloatOfScales,
      columns == codes.shape[1].multipliedIfCounted(by: AWQCodes.codesPerWord), groups > 0,
      rows.isMultiple(of: groups)
    {
      decoding = AWQCodes(
        rows: rows, columns: columns, group: rows / groups, scaleType: scales.elementType)
    }
    return Tensor(
      packed: stem + ".weight", shape: [columns, rows], swapsLastAxes: true,
      stored: codes.stored + [scales] + (zeros.map { [$0] } ?? []), decoding: decoding,
      scheme: AWQCodes.name)
  }
}
