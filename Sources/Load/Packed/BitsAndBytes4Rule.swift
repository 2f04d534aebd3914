/// bitsandbytes' four bits: `weight U8 [n / 2, 1]` or flat, `weight.absmax`, `weight.quant_map`, for
/// nested magnitudes `weight.nested_absmax` and `weight.nested_quant_map`, and the weight's form as
/// JSON text in `weight.quant_state.bitsandbytes__nf4`.
struct BitsAndBytes4Rule: PackingRule {
  var endings: [String] { [".weight", ""] }
  var types: Set<ElementType> { [.uint8] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let magnitudes = names[codes.name + ".absmax"] else { return nil }
    let state = names.found(
      ["nf4", "fp4"].map { codes.name + ".quant_state.bitsandbytes__" + $0 }
    ).first
    let nested = [".nested_absmax", ".nested_quant_map"].map { names[codes.name + $0] }
    let table = names[codes.name + ".quant_map"]
    let beside = ([magnitudes, table] + nested + [state]).compactMap(\.self)
    // Half a byte may be left over.
    guard let count = codes.elementCount.multipliedIfCounted(by: 2) else { return nil }
    let form = state.flatMap(Self.form)
    let shape = form?["shape"]?.array?.compactMap(\.integer)
    let isShape = shape?.productIfCounted.map { (count - 1...count).contains($0) } ?? false
    let whole = isShape ? shape ?? [count] : [count]
    let decoding = form.flatMap { form -> BitsAndBytes4? in
      guard isShape, let table, let state else { return nil }
      return self.decoding(
        form, count: whole.reduce(1, *), magnitudes: magnitudes, table: table, nested: nested,
        stateBytes: state.byteCount)
    }
    return Tensor(
      packed: codes.name, shape: whole, stored: codes.stored + beside, decoding: decoding,
      scheme: BitsAndBytes4.name)
  }

  private func decoding(
    _ form: JSONValue, count: Int, magnitudes: StoredArray, table: StoredArray,
    nested: [StoredArray?], stateBytes: Int
  ) -> BitsAndBytes4? {
    guard let block = form["blocksize"]?.integer, block > 0,
      magnitudes.elementCount == (count - 1) / block + 1,
      table.holds(BitsAndBytes4.tableCount, of: .float32)
    else { return nil }
    guard let outer = nested[0] else {
      guard magnitudes.elementType.isFloatOfScales else { return nil }
      return BitsAndBytes4(
        block: block, magnitudeType: magnitudes.elementType, nested: nil, stateBytes: stateBytes)
    }
    guard magnitudes.elementType == .uint8, let nestedTable = nested[1],
      nestedTable.holds(BitsAndBytes4.nestedTableCount, of: .float32),
      let outerBlock = form["nested_blocksize"]?.integer, outerBlock > 0,
      outer.holds((magnitudes.elementCount - 1) / outerBlock + 1, of: .float32),
      let offset = form["nested_offset"]?.number
    else { return nil }
    return BitsAndBytes4(
      block: block, magnitudeType: .uint8,
      nested: BitsAndBytes4.Nested(block: outerBlock, offset: Float(offset)),
      stateBytes: stateBytes)
  }

  private static func form(_ state: StoredArray) -> JSONValue? {
    guard let text = state.smallBytes else { return nil }
    let source = JSONSource(file: state.name, allowsPythonNumbers: true)
    return try? JSONReader.parse(text, source: source, limits: .standard)
  }
}
