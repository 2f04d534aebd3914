/// The decoding of a quantised weight, where what the node says fits the extents.
struct ONNXDecoding {
  private(set) var decoding: Tensor.Decoding
  /// Extents of the numbers.
  private(set) var shape: [Int]

  /// - Parameter inputsFirst: whether a matrix is `[in, out]`.
  init(
    _ codes: ONNXTensor, _ how: ONNXQuantisation, scale: ONNXTensor, zero: ONNXTensor?,
    inputsFirst: Bool
  ) {
    shape = codes.shape
    let found: (any TensorDecoding)?
    switch how.form {
    case .linear(let axis, let block):
      found = Self.linear(
        codes, axis: axis, block: block, scale: scale, zero: zero, inputsFirst: inputsFirst)
    case .rows(let rows, let columns, let bits, let block):
      found = Self.rows(
        codes, [rows, columns], bits: bits, block: block, scale: scale, zero: zero)
      if found != nil { shape = [rows, columns] }
    case .packedTable(let bits, let block):
      let numbers = Self.packedShape(codes, bits: bits)
      found = numbers.flatMap {
        Self.rows(codes, $0, bits: bits, block: block, scale: scale, zero: zero)
      }
      if let numbers, found != nil { shape = numbers }
    case .table(_, let rows, let columns, let block):
      found = Self.flat(codes, rows: rows, columns: columns, block: block, magnitudes: scale)
      if found != nil { shape = [rows, columns] }
    case .other: found = nil
    }
    decoding = found.map { .encoded($0) } ?? .undecoded(scheme: Self.scheme(how, codes))
  }

  private static func scheme(_ how: ONNXQuantisation, _ codes: ONNXTensor) -> String {
    switch how.form {
    case .linear: "ONNX DequantizeLinear of \(codes.type.name)"
    case .rows: "ONNX MatMulNBits"
    case .packedTable: "ONNX GatherBlockQuantized"
    case .table: "ONNX MatMulBnb4"
    case .other(let operation): "ONNX \(operation)"
    }
  }

  private static func linear(
    _ codes: ONNXTensor, axis: Int, block: Int, scale: ONNXTensor, zero: ONNXTensor?,
    inputsFirst: Bool
  ) -> AffineCodes? {
    guard let kind = codes.type.codes, let scaleType = scale.type.elementType,
      ScaleGrid.scaleTypes.contains(scaleType),
      zero.map({ $0.type == codes.type && $0.count == scale.count }) ?? true
    else { return nil }
    // A scalar is one row of one number.
    let shape = codes.shape.isEmpty ? [1] : codes.shape
    var blocks = shape
    if scale.count != 1 {
      let rank = shape.count
      guard (-rank..<rank).contains(axis) else { return nil }
      let axis = (axis + rank) % rank
      if block == 0 {
        guard scale.shape == [shape[axis]] else { return nil }
        blocks[axis] = 1
      } else {
        guard block > 0, scale.shape.count == rank else { return nil }
        blocks = shape.map { _ in 1 }
        blocks[axis] = block
        for place in 0..<rank {
          guard shape[place] > 0, scale.shape[place] == (shape[place] - 1) / blocks[place] + 1
          else { return nil }
        }
      }
    }
    guard let grid = ScaleGrid(shape: shape, block: blocks, scaleType: scaleType),
      grid.scaleCount == scale.count
    else { return nil }
    let input = inputsFirst ? 0 : shape.count - 1
    return AffineCodes(
      codes: kind, grid: grid, zeros: zero == nil ? nil : kind,
      group: blocks[input] < shape[input] && blocks[input] > 1 ? blocks[input] : nil)
  }

  private static func rows(
    _ codes: ONNXTensor, _ shape: [Int], bits: Int, block: Int, scale: ONNXTensor, zero: ONNXTensor?
  ) -> BlockRows? {
    guard shape.count == 2, shape.allSatisfy({ $0 > 0 }), shape.productIfCounted != nil,
      codes.type == .uint8, (2...8).contains(bits), block > 0, block <= 1 << 20,
      let scaleType = scale.type.elementType, scaleType.isFloatOfScales,
      let grid = ScaleGrid(shape: shape, block: [1, block], scaleType: scaleType),
      grid.scaleCount == scale.count, (block * bits).isMultiple(of: 8)
    else { return nil }
    let zeros: BlockRows.Zeros
    switch zero {
    case nil: zeros = .centre
    case let found? where found.type == .uint8: zeros = .codes
    case let found?:
      guard found.type == scale.type, found.count == scale.count else { return nil }
      zeros = .floats(scaleType)
    }
    let found = BlockRows(bits: bits, grid: grid, zeros: zeros)
    guard shape[0].multipliedIfCounted(by: found.rowBytes) == codes.count,
      zeros != .codes || shape[0].multipliedIfCounted(by: found.zeroRowBytes) == zero?.count
    else { return nil }
    return found
  }

  /// Blocks of the flat weight; nil where extents do not fit.
  private static func flat(
    _ codes: ONNXTensor, rows: Int, columns: Int, block: Int, magnitudes: ONNXTensor
  ) -> BitsAndBytes4? {
    guard rows > 0, columns > 0, block > 0, codes.type == .uint8, magnitudes.type == .float,
      let count = rows.multipliedIfCounted(by: columns), codes.count == (count - 1) / 2 + 1,
      magnitudes.count == (count - 1) / block + 1
    else { return nil }
    return BitsAndBytes4(block: block, magnitudeType: .float32, nested: nil, stateBytes: 0)
  }

  /// Extents of what lies packed along the last axis, whose rows are whole blocks.
  private static func packedShape(_ codes: ONNXTensor, bits: Int) -> [Int]? {
    guard codes.shape.count == 2, bits > 0, 8 % bits == 0,
      let columns = codes.shape[1].multipliedIfCounted(by: 8 / bits)
    else { return nil }
    return [codes.shape[0], columns]
  }
}
