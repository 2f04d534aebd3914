extension Tensor {
  /// A weight of several arrays, decoded if it is known how.
  init(
    packed name: String, shape: [Int], axisOrder: AxisOrder = .outputFirst,
    swapsLastAxes: Bool = false, stored: [StoredArray], decoding: (any TensorDecoding)?,
    scheme: String
  ) {
    self.init(
      name: name, shape: shape, axisOrder: axisOrder,
      swapsLastAxes: swapsLastAxes && decoding != nil, stored: stored,
      decoding: decoding.map { .encoded($0) } ?? .undecoded(scheme: scheme))
  }
}

extension StoredArray {
  /// Whether it has so many numbers of a type.
  func holds(_ count: Int, of type: ElementType) -> Bool {
    elementType == type && elementCount == count
  }
}

extension ElementType {
  /// Whether it is a float in which scales of groups are stored.
  var isFloatOfScales: Bool {
    switch self {
    case .float32, .bfloat16, .float16, .float64: true
    default: false
    }
  }
}

extension Int {
  func multipliedIfCounted(by other: Int) -> Int? {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : product
  }
}
