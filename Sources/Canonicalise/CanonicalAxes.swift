internal import Load

extension CanonicalModel {
  /// Brings the axes of kernels into one order, that of PyTorch: `[out, in, taps…]`, whatever the
  /// container keeps (`AxisOrder`), so that the same numbers are the same bytes, and have the same
  /// digest, whichever file they are read from.
  ///
  /// Codes of blocks, and what lies compressed and is too large to be held, stay as they are.
  mutating func bringAxesIntoOneOrder() {
    for index in tensors.indices {
      if let turned = tensors[index].inCanonicalOrder { tensors[index] = turned }
    }
  }
}

extension CanonicalTensor {
  /// With its numbers in canonical order; nil where they are already, or are only a part of what is
  /// stored.
  fileprivate var inCanonicalOrder: CanonicalTensor? {
    let shape = source.shape
    guard parameter == .weight, source.isDecodable, isWhole, shape.count >= 2,
      source.elementCount > 0
    else { return nil }
    let isFilter = shape.count > 2 && (role == .convolutionKernel || role == .unknown)
    switch source.axisOrder {
    case .outputLast, .outputLastByChannel:
      guard view.transposed else { return nil }
      return isFilter ? filter() : matrix()
    case .inputLast, .inputLastTransposed: return isFilter ? filter() : nil
    case .outputFirst:
      // A filter of one output is as many filters of one channel: which of both, no shape tells.
      guard isFilter, shape.count > 3 || role == .convolutionKernel, shape[0] == 1, shape[1] > 1
      else { return nil }
      return with(source, shape: [shape[1], 1] + shape[2...])
    }
  }

  /// Whether it is all of what is stored, in the order in which it is stored.
  private var isWhole: Bool {
    view.offset == 0 && view.elementCount == source.elementCount && view.rows.isContiguous
      && view.columns.isContiguous && view.storedColumns == view.columns.count
  }

  /// `[out, in]` of what is stored as `[in, out]`, either side of one axis or several.
  private func matrix() -> CanonicalTensor? {
    // The stored axes that are the canonical columns come first.
    var (inputs, count) = (1, 0)
    while inputs < view.columnCount, count < source.shape.count {
      inputs *= source.shape[count]
      count += 1
    }
    guard inputs == view.columnCount, count < source.shape.count else { return nil }
    let axes = Array(count..<source.shape.count) + Array(0..<count)
    return source.rearranged(axes, shape: view.shape).map { with($0, shape: view.shape) }
  }

  /// `[out, in, taps…]` of a filter.
  private func filter() -> CanonicalTensor? {
    let shape = source.shape
    let last = shape.count - 1
    let (axes, extents): ([Int], [Int])
    switch source.axisOrder {
    case .outputLast:
      axes = [last, last - 1] + Array(0..<last - 1)
      extents = axes.map { shape[$0] }
    case .outputLastByChannel:
      axes = [last - 1, last] + Array(0..<last - 1)
      extents = [shape[last - 1] * shape[last], 1] + shape[..<(last - 1)]
    case .inputLast:
      axes = [0, last] + Array(1..<last)
      extents = axes.map { shape[$0] }
    case .inputLastTransposed:
      axes = [last, 0] + Array(1..<last)
      extents = axes.map { shape[$0] }
    case .outputFirst: return nil
    }
    let isOfOne = extents[0] == 1 && extents[1] > 1
    let result = isOfOne ? [extents[1], 1] + extents[2...] : extents
    return source.rearranged(axes, shape: result).map { with($0, shape: result) }
  }

  private func with(_ source: Tensor, shape: [Int]) -> CanonicalTensor {
    var tensor = self
    tensor.source = source
    tensor.view = TensorView(
      offset: 0, rows: shape[0], columns: shape.dropFirst().reduce(1, *), transposed: false,
      shape: shape)
    return tensor
  }
}
