internal import Load

extension Tensor {
  /// Whether its shape is that of numbers: not of packed codes, of what is no weight, or of nothing.
  var hasTellingShape: Bool { isRealNumber && isDecodable && elementCount > 0 }

  /// Extents in the order in which the definition of a PyTorch network has them.
  func describedShape(in entry: TensorEntry) -> [Int] {
    isTurnedKernel || isTurned(in: entry) ? shape.reversed() : shape
  }

  /// Whether it is a matrix `[out, in]` whose codes lie as `[in, out]`, of which an entry says that it
  /// is `[in, out]`: what packs along inputs does so whatever way the matrix lay before.
  func isTurned(in entry: TensorEntry) -> Bool {
    swapsLastAxes && shape.count == 2 && entry.transforms.contains(.transpose)
  }

  /// Whether it is a matrix of Transformers in TensorFlow, `[in, out]` where PyTorch's is `[out, in]`.
  private var isTurnedKernel: Bool {
    outputAxisIsLast && shape.count == 2 && TensorFlowNames.translated(name) != nil
  }

  /// Whether its first axis is the input of what an entry describes.
  func isTransposed(in entry: TensorEntry) -> Bool {
    entry.transforms.contains(.transpose) != (outputAxisIsLast && !isTurnedKernel)
  }

  /// Whether it is what sharded optimisers leave in the place of a weight of several axes: nothing, or
  /// one element.
  func isPlaceholder(of shape: [SymbolicExtent]?) -> Bool {
    elementCount == 0 || self.shape == [1] && shape?.count ?? 1 > 1
  }
}
