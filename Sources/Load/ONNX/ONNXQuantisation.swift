/// How the codes of a weight become numbers, as the node says that reads them.
struct ONNXQuantisation: Equatable {
  enum Form: Equatable {
    /// A scale for all, for each place along an axis, or for each block of so many places along it.
    case linear(axis: Int, block: Int)
    /// `MatMulNBits`: codes `[rows, blocks, bytes]`, a scale for each block of a row.
    case rows(rows: Int, columns: Int, bits: Int, block: Int)
    /// `GatherBlockQuantized` of codes packed in bytes.
    case packedTable(bits: Int, block: Int)
    /// `MatMulBnb4`: codes of four bits, a magnitude for each block of the flat weight.
    case table(BitsAndBytes4.Table, rows: Int, columns: Int, block: Int)
    /// Known by name.
    case other(String)
  }

  /// The tensors of scales, of zero points, and of what else belongs to it.
  var scale: Int
  var zero: Int?
  var beside: [Int] = []
  var form: Form
}

extension ONNXQuantisation {
  /// What a node says of how weights among its inputs are decoded.
  ///
  /// - Parameter inputs: of the node, as far as they are tensors.
  static func said(
    by node: ONNXNode, of inputs: [ONNXModel.Value?], _ tensors: [ONNXTensor]
  ) -> [(weight: Int, how: ONNXQuantisation)] {
    if let one = saidOfOne(by: node, of: inputs, tensors) { return [one] }
    return (ONNXOperand.undecoded[node.operation] ?? []).compactMap { places in
      guard inputs.indices.contains(max(places.weight, places.scale)),
        let codes = inputs[places.weight]?.tensor, let scale = inputs[places.scale]?.tensor,
        tensors[codes].type.codes != nil
      else { return nil }
      return (codes, ONNXQuantisation(scale: scale, form: .other(node.operation)))
    }
  }

  private static func saidOfOne(
    by node: ONNXNode, of inputs: [ONNXModel.Value?], _ tensors: [ONNXTensor]
  ) -> (weight: Int, how: ONNXQuantisation)? {
    func tensor(_ input: Int?) -> Int? {
      input.flatMap { $0 < inputs.count ? inputs[$0] : nil }?.tensor
    }
    let (weight, scale, zero): (Int, Int, Int?)
    switch node.operation {
    case "DequantizeLinear": (weight, scale, zero) = (0, 1, 2)
    case "MatMulNBits": (weight, scale, zero) = (1, 2, 3)
    case "GatherBlockQuantized": (weight, scale, zero) = (0, 2, 3)
    case "MatMulBnb4": (weight, scale, zero) = (1, 2, nil)
    default:
      guard let known = ONNXOperand.scales[node.operation] else { return nil }
      (weight, scale, zero) = known
    }
    guard let codes = tensor(weight), let scales = tensor(scale), tensors[codes].type.codes != nil
    else { return nil }
    var how = ONNXQuantisation(scale: scales, zero: tensor(zero), form: .other(node.operation))
    // Codes whose axes were changed before are not followed, and a zero point that the network computes
    // is none that is known.
    guard inputs[weight]?.isChanged == false,
      zero.map({ node.input($0) == nil }) ?? true || how.zero != nil
    else {
      return (codes, how)
    }
    switch node.operation {
    case "DequantizeLinear":
      how.form = .linear(axis: node.number("axis") ?? 1, block: node.number("block_size") ?? 0)
    case "MatMulNBits":
      guard let rows = node.number("N"), let columns = node.number("K"), node.input(4) == nil,
        node.number("weight_prepacked") ?? 0 == 0
      else {
        how.beside = [tensor(4)].compactMap(\.self)
        break
      }
      how.form = .rows(
        rows: rows, columns: columns, bits: node.number("bits") ?? 4,
        block: node.number("block_size") ?? 32)
    case "MatMulBnb4":
      guard let rows = node.number("N"), let columns = node.number("K"),
        let table = BitsAndBytes4.Table(rawValue: node.number("quant_type") ?? 1)
      else { break }
      how.form = .table(
        table, rows: rows, columns: columns, block: node.number("block_size") ?? 0)
    case "GatherBlockQuantized":
      let rank = tensors[codes].shape.count
      let (axis, block) = (node.number("quantize_axis") ?? 1, node.number("block_size") ?? 128)
      guard axis == rank - 1 || axis == -1 else { break }
      how.form =
        tensors[codes].type == .uint8
        ? .packedTable(bits: node.number("bits") ?? 4, block: block)
        : .linear(axis: rank - 1, block: block)
    default:
      how.form = .linear(
        axis: axis(ofOutputsIn: node, rank: tensors[codes].shape.count), block: 0)
    }
    return (codes, how)
  }

  /// The axis along which quantised operations have their scales.
  private static func axis(ofOutputsIn node: ONNXNode, rank: Int) -> Int {
    let isFirst = node.operation.contains("Conv") || node.number("transB") == 1
    return isFirst ? 0 : max(0, rank - 1)
  }

  /// What the names say that ONNX Runtime's quantiser gives (`W_quantized`, `W_scale`,
  /// `W_zero_point`), for operations whose scales come later in the graph.
  static func named(
    _ tensor: Int, use: ONNXModel.Use?, in tensors: [ONNXTensor], _ names: [String: Int]
  ) -> ONNXQuantisation? {
    let codes = tensors[tensor]
    guard codes.type == .int8 || codes.type == .uint8, codes.name.hasSuffix("_quantized"),
      case let stem = codes.name.dropLast("_quantized".count), let scale = names["\(stem)_scale"],
      tensors[scale].type.isFloat
    else { return nil }
    let isKnown =
      use.map { ["MatMulInteger", "ConvInteger", "Gather"].contains($0.operation) } ?? false
    let axis = use?.operation == "MatMulInteger" ? max(0, codes.shape.count - 1) : 0
    return ONNXQuantisation(
      scale: scale, zero: names["\(stem)_zero_point"],
      form: isKnown ? .linear(axis: axis, block: 0) : .other(use?.operation ?? "quantised"))
  }
}
