internal import Load

extension Tensor {
  /// Whether its shape is that of numbers: not of packed codes, of what is no weight, or of nothing.
  var hasTellingShape: Bool { isRealNumber && isDecodable && elementCount > 0 }

  /// Whether it is what sharded optimisers leave in the place of a weight of several axes: nothing, or
  /// one element.
  func isPlaceholder(of shape: [SymbolicExtent]?) -> Bool {
    elementCount == 0 || self.shape == [1] && shape?.count ?? 1 > 1
  }
}
