/// A recurrent layer, whose weights are arrays of all directions and gates: `LSTM`, `GRU` and `RNN`.
///
/// `W [directions, gates · hidden, in]`, `R [directions, gates · hidden, hidden]`,
/// `B [directions, 2 · gates · hidden]`. Gates come in another order than PyTorch's, to which they are
/// brought, each direction and kind as the tensor that PyTorch has for it.
///
/// ONNX Runtime's `DynamicQuantizeLSTM` has codes of eight bits `W [directions, in, gates · hidden]` and
/// `R [directions, hidden, gates · hidden]`, with a scale and a zero point for each direction, or for each
/// of its rows.
///
/// - Source: the operator schemas of ONNX and ONNX Runtime; `torch/onnx/symbolic_opset9.py`, which
///   reorders gates.
struct ONNXRecurrence {
  enum Kind: String {
    case lstm = "LSTM"
    case gru = "GRU"
    case plain = "RNN"

    /// For each of PyTorch's gates in order, which of ONNX's it is.
    ///
    /// LSTM: input, forget, cell, output of input, output, forget, cell. GRU: reset, update, new of
    /// update, reset, hidden.
    var order: [Int] {
      switch self {
      case .lstm: [0, 2, 3, 1]
      case .gru: [1, 0, 2]
      case .plain: [0]
      }
    }
  }

  /// A tensor of PyTorch's in one of the arrays.
  struct Part {
    var tensor: Int
    var name: String
    var shape: [Int]
    /// Elements of the array, in order; of codes, once they lie `[directions, gates · hidden, in]`.
    var blocks: [Range<Int>]
    var scaling: Scaling?
  }

  /// How codes of a part become numbers.
  struct Scaling {
    var scale: Int
    var zero: Int
    /// Elements of both: one, or runs of rows in the order of the part's.
    var blocks: [Range<Int>]
    var isByRow: Bool
  }

  /// The operation of codes.
  static let dynamic = "DynamicQuantizeLSTM"

  let kind: Kind
  let module: String?
  private(set) var parts: [Part] = []

  /// Nil unless the weights are tensors of extents that go with each other.
  init?(
    _ kind: Kind, isDynamic: Bool = false, module: String?, layer: Int,
    _ inputs: [ONNXModel.Value?], _ tensors: [ONNXTensor]
  ) {
    (self.kind, self.module) = (kind, module)
    guard inputs.count >= 3, let input = inputs[1], let state = inputs[2],
      !input.isReshaped, !state.isReshaped
    else { return nil }
    let (inner, outer) = (tensors[input.tensor].shape, tensors[state.tensor].shape)
    let gates = kind.order.count
    let (rowAxis, columnAxis) = isDynamic ? (2, 1) : (1, 2)
    guard inner.count == 3, outer.count == 3, inner[0] == outer[0], (1...2).contains(inner[0]),
      inner[rowAxis] == outer[rowAxis], outer[columnAxis] > 0, inner[columnAxis] > 0,
      inner[rowAxis] == outer[columnAxis].multipliedIfCounted(by: gates)
    else { return nil }
    let (directions, hidden, rows) = (inner[0], outer[columnAxis], inner[rowAxis])
    var bias = inputs.count > 3 ? inputs[3] : nil
    if let found = bias, tensors[found.tensor].shape != [directions, 2 * rows] { bias = nil }
    // Without a path the array's own name sets layers apart.
    let own = ONNXNames.unquantised(tensors[input.tensor].name)
    let stem = module ?? "\(own).\(kind.rawValue.lowercased())"
    for direction in 0..<directions {
      let ending = "l\(layer)\(direction == 0 ? "" : "_reverse")"
      func runs(of width: Int, from start: Int) -> [Range<Int>] {
        kind.order.map { start + $0 * hidden * width..<start + ($0 + 1) * hidden * width }
      }
      func add(_ value: ONNXModel.Value, _ name: String, _ shape: [Int], from start: Int) {
        parts.append(
          Part(
            tensor: value.tensor, name: "\(stem).\(name)_\(ending)", shape: shape,
            blocks: runs(of: shape.dropFirst().reduce(1, *), from: start)))
      }
      add(
        input, "weight_ih", [rows, inner[columnAxis]], from: direction * rows * inner[columnAxis])
      add(state, "weight_hh", [rows, hidden], from: direction * rows * hidden)
      if isDynamic {
        for (place, first) in [(parts.count - 2, 8), (parts.count - 1, 10)] {
          let found = Self.scaling(
            first, inputs, tensors, codes: tensors[parts[place].tensor], [directions, rows])
          guard var found else { return nil }
          found.blocks =
            found.isByRow
            ? runs(of: 1, from: direction * rows) : [direction..<direction + 1]
          parts[place].scaling = found
        }
      }
      if let bias {
        add(bias, "bias_ih", [rows], from: direction * 2 * rows)
        add(bias, "bias_hh", [rows], from: (direction * 2 + 1) * rows)
      }
    }
  }

  /// The scale and zero point among a node's inputs, the first at a place; nil where they do not fit.
  private static func scaling(
    _ first: Int, _ inputs: [ONNXModel.Value?], _ tensors: [ONNXTensor], codes: ONNXTensor,
    _ extents: [Int]
  ) -> Scaling? {
    guard inputs.count > first + 1, let scale = inputs[first]?.tensor,
      let zero = inputs[first + 1]?.tensor, codes.type == .int8 || codes.type == .uint8,
      tensors[scale].type == .float, tensors[zero].type == codes.type,
      tensors[zero].shape == tensors[scale].shape
    else { return nil }
    let isByRow = tensors[scale].shape == extents
    guard isByRow || tensors[scale].shape == [extents[0]] else { return nil }
    return Scaling(scale: scale, zero: zero, blocks: [], isByRow: isByRow)
  }
}
