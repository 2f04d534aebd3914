/// A recurrent layer, whose weights are arrays of all directions and gates: `LSTM`, `GRU` and `RNN`.
///
/// `W [directions, gates · hidden, in]`, `R [directions, gates · hidden, hidden]`,
/// `B [directions, 2 · gates · hidden]`. Gates come in another order than PyTorch's, to which they are
/// brought, each direction and kind as the tensor that PyTorch has for it.
///
/// - Source: the operator schemas of ONNX; `torch/onnx/symbolic_opset9.py`, which reorders them.
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
    /// Elements of the array, in order.
    var blocks: [Range<Int>]
  }

  let kind: Kind
  let module: String?
  private(set) var parts: [Part] = []

  /// Nil unless the weights are tensors of extents that go with each other.
  init?(
    _ kind: Kind, module: String?, layer: Int, _ inputs: [ONNXModel.Value?], _ tensors: [ONNXTensor]
  ) {
    (self.kind, self.module) = (kind, module)
    guard inputs.count >= 3, let input = inputs[1], let state = inputs[2],
      !input.isReshaped, !state.isReshaped
    else { return nil }
    let (inner, outer) = (tensors[input.tensor].shape, tensors[state.tensor].shape)
    let gates = kind.order.count
    guard inner.count == 3, outer.count == 3, inner[0] == outer[0], (1...2).contains(inner[0]),
      inner[1] == outer[1], outer[2] > 0, inner[2] > 0,
      inner[1] == outer[2].multipliedIfCounted(by: gates)
    else { return nil }
    let (directions, hidden) = (inner[0], outer[2])
    var bias = inputs.count > 3 ? inputs[3] : nil
    if let found = bias, tensors[found.tensor].shape != [directions, 2 * gates * hidden] {
      bias = nil
    }
    // Without a path the array's own name sets layers apart.
    let stem = module ?? "\(tensors[input.tensor].name).\(kind.rawValue.lowercased())"
    for direction in 0..<directions {
      let ending = "l\(layer)\(direction == 0 ? "" : "_reverse")"
      func add(_ value: ONNXModel.Value, _ name: String, _ shape: [Int], from start: Int) {
        let run = hidden * shape.dropFirst().reduce(1, *)
        parts.append(
          Part(
            tensor: value.tensor, name: "\(stem).\(name)_\(ending)", shape: shape,
            blocks: kind.order.map { start + $0 * run..<start + ($0 + 1) * run }))
      }
      let rows = gates * hidden
      add(input, "weight_ih", [rows, inner[2]], from: direction * rows * inner[2])
      add(state, "weight_hh", [rows, hidden], from: direction * rows * hidden)
      if let bias {
        add(bias, "bias_ih", [rows], from: direction * 2 * rows)
        add(bias, "bias_hh", [rows], from: (direction * 2 + 1) * rows)
      }
    }
  }
}
