internal import Load

extension CanonicalModel {
  /// Components whose matrices lie across: names promise an orientation (GPT-2's `c_fc` is `[in, out]`), but
  /// conversions keep the names and transpose the numbers, and nanoGPT has linear layers of those names.
  ///
  /// The residual stream has one width, so an oblong matrix shows how it lies. If most oblong matrices
  /// of a component lie across, all its stored matrices are turned, square ones and fused ones too.
  var componentsThatLieAcross: Set<String> {
    let lying = Set(tensors.map(\.component)).filter { component in
      let width =
        dimensions[component]?.hidden
        ?? tensors.first { $0.role == .tokenEmbedding }?.view.columnCount
      guard let width else { return false }
      var (right, across) = (0, 0)
      for tensor in tensors where tensor.component == component && tensor.isTurnable {
        let (residual, other) =
          tensor.role.residualAxis == .input
          ? (tensor.view.columnCount, tensor.view.rowCount)
          : (tensor.view.rowCount, tensor.view.columnCount)
        if residual == width, other != width { right += 1 }
        if residual != width, other == width { across += 1 }
      }
      return across > right
    }
    return lying
  }
}

extension CanonicalTensor {
  /// Whether it is a whole stored matrix between the residual stream and something else.
  var isTurnable: Bool {
    source.isDecodable && layer != nil && parameter == .weight && role.residualAxis != nil
      && view.shape.count == 2
      && source.shape.count == 2 && view.elementCount == source.elementCount
  }
}

extension TensorView {
  mutating func turn() {
    transposed.toggle()
    shape.reverse()
  }
}
