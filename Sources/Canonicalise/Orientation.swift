internal import Load

extension CanonicalModel {
  /// Turns matrices that lie across: names promise an orientation (GPT-2's `c_fc` is `[in, out]`), but
  /// conversions keep the names and transpose the numbers.
  ///
  /// The residual stream has one width, so an oblong matrix shows how it lies. If most oblong matrices
  /// of a component lie across, all its stored matrices are turned, square ones too.
  mutating func turnMatricesThatLieAcross() {
    for component in Set(tensors.map(\.component)).sorted() {
      let width =
        dimensions[component]?.hidden
        ?? tensors.first { $0.role == .tokenEmbedding }?.view.columnCount
      guard let width else { continue }
      let members = tensors.indices.filter {
        tensors[$0].component == component && tensors[$0].isTurnable
      }
      var (right, across) = (0, 0)
      for index in members {
        let view = tensors[index].view
        let (residual, other) =
          tensors[index].role.residualAxis == .input
          ? (view.columnCount, view.rowCount) : (view.rowCount, view.columnCount)
        if residual == width, other != width { right += 1 }
        if residual != width, other == width { across += 1 }
      }
      guard across > right else { continue }
      for index in members { tensors[index].view.turn() }
      notes.append("the matrices of \(component) are stored transposed; they were turned")
    }
  }
}

extension CanonicalTensor {
  /// Whether it is a whole stored matrix between the residual stream and something else.
  fileprivate var isTurnable: Bool {
    source.isDecodable && layer != nil && parameter == .weight && role.residualAxis != nil
      && view.shape.count == 2
      && source.shape.count == 2 && view.elementCount == source.elementCount
  }
}

extension TensorView {
  fileprivate mutating func turn() {
    transposed.toggle()
    shape.reverse()
  }
}
