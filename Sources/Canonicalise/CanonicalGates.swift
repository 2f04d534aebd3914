internal import Load

extension CanonicalModel {
  /// Brings the gates of Keras' GRU layers into PyTorch's order, reset before update, and takes the two
  /// biases of one that resets afterwards apart, as PyTorch has them.
  ///
  /// LSTM layers have one order in both (input, forget, cell, output); ONNX, which has others, is
  /// brought there when it is read.
  ///
  /// - Source: keras `GRUCell` (update, reset, candidate), PyTorch `nn.GRU` (reset, update, new).
  mutating func bringGatesIntoOneOrder() {
    // PyTorch's own layers have the same roles, and their gates in order. TensorFlow Lite has Keras' with
    // outputs first.
    let keras = Set(
      checkpoint.tensors.filter { $0.axisOrder == .outputLast || $0.isOfKerasCell }.map {
        $0.layerPath
      })
    var units: [Substring: Int] = [:]
    for tensor in tensors where tensor.role == .recurrentStateKernel && tensor.view.shape.count == 2
    {
      let (rows, columns) = (tensor.view.rowCount, tensor.view.columnCount)
      if columns > 0, rows.isMultiple(of: 3), rows / 3 == columns,
        keras.contains(tensor.source.layerPath)
      {
        units[tensor.source.layerPath] = columns
      }
    }
    guard !units.isEmpty else { return }
    tensors = tensors.flatMap { tensor -> [CanonicalTensor] in
      guard [.recurrentInputKernel, .recurrentStateKernel].contains(tensor.role),
        let units = units[tensor.source.layerPath]
      else { return [tensor] }
      return tensor.withResetFirst(units: units) ?? [tensor]
    }
  }
}

extension Tensor {
  /// Whether it is called as Keras calls the weights of a cell's state, and nobody else does.
  fileprivate var isOfKerasCell: Bool { name.hasSuffix("/recurrent_kernel") }

  /// The name without its last component.
  fileprivate var layerPath: Substring {
    name.lastIndex { $0 == "/" || $0 == "." }.map { name[..<$0] } ?? ""
  }
}

extension CanonicalTensor {
  /// Nil for what has no such gates, or not its own array in canonical order.
  fileprivate func withResetFirst(units: Int) -> [CanonicalTensor]? {
    let rows = 3 * units
    if parameter == .weight {
      guard !view.transposed, view.shape.first == rows, source.shape == view.shape,
        let turned = source.withRuns(in: [1, 0, 2])
      else { return nil }
      var tensor = self
      tensor.source = turned
      return [tensor]
    }
    let isTwo = source.shape == [2, rows]
    guard isTwo || source.shape == [rows],
      let flat = source.rearranged(Array(source.shape.indices), shape: [source.elementCount]),
      let turned = flat.withRuns(in: isTwo ? [1, 0, 2, 4, 3, 5] : [1, 0, 2])
    else { return nil }
    return (isTwo ? ["input", "state"] : [nil]).enumerated().map { number, part in
      var tensor = self
      tensor.source = turned
      if let part {
        tensor.name += "#\(part)"
        if number == 1 { tensor.role = .recurrentStateKernel }
      }
      tensor.view = TensorView(
        offset: number * rows, rows: 1, columns: rows, transposed: false, shape: [rows])
      return tensor
    }
  }
}
