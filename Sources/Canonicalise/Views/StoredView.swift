internal import Load

extension TensorView {
  /// The whole of a stored tensor as a canonical one.
  ///
  /// - A scalar is 1 × 1, a vector one row.
  /// - With the output axis first, rows are the first axis and columns the rest.
  /// - With the output axis last, the stored matrix is `[in, out]` and read transposed, except for
  ///   tables: a row of an embedding belongs to a token whatever the framework.
  /// - A matrix whose axes are swapped in storage is read transposed.
  init(whole tensor: Tensor, role: TensorRole) {
    let shape = tensor.shape
    guard let first = shape.first, let last = shape.last else {
      self.init(offset: 0, rows: 1, columns: 1, transposed: false, shape: [])
      return
    }
    if shape.count == 1 {
      self.init(offset: 0, rows: 1, columns: first, transposed: false, shape: shape)
    } else if tensor.swapsLastAxes, shape.count == 2 {
      self.init(offset: 0, rows: last, columns: first, transposed: true, shape: shape)
    } else if tensor.outputAxisIsLast && !role.isTable {
      self.init(
        offset: 0, rows: shape.dropLast().reduce(1, *), columns: last, transposed: true,
        shape: [last] + shape.dropLast())
    } else {
      self.init(
        offset: 0, rows: first, columns: shape.dropFirst().reduce(1, *), transposed: false,
        shape: shape)
    }
  }

  /// A contiguous block that starts at element `offset`.
  init(offset: Int, rows: Int, columns: Int, transposed: Bool, shape: [Int]) {
    self.init(
      offset: offset, storedColumns: columns, rows: Selection(0..<rows),
      columns: Selection(0..<columns), transposed: transposed, shape: shape)
  }

  var isVector: Bool { shape.count < 2 }
}

extension TensorRole {
  /// Looked up row by row rather than multiplied with.
  var isTable: Bool {
    switch self {
    case .tokenEmbedding, .positionEmbedding, .tokenTypeEmbedding, .relativePositionBias: true
    default: false
    }
  }
}
