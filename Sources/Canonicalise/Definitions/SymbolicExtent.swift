/// The sizes that definitions may name.
enum DimensionName: String, CaseIterable, Sendable, Hashable, CodingKey {
  case hidden, layers, heads, keyValueHeads, headSize, valueHeadSize, feedForward, vocabulary
  case experts
}

extension Dimensions {
  subscript(name: DimensionName) -> Int? {
    get { self[keyPath: name.path] }
    set { self[keyPath: name.path] = newValue }
  }
}

extension DimensionName {
  fileprivate var path: WritableKeyPath<Dimensions, Int?> {
    switch self {
    case .hidden: \.hidden
    case .layers: \.layers
    case .heads: \.heads
    case .keyValueHeads: \.keyValueHeads
    case .headSize: \.headSize
    case .valueHeadSize: \.valueHeadSize
    case .feedForward: \.feedForward
    case .vocabulary: \.vocabulary
    case .experts: \.experts
    }
  }
}

/// The extent of one axis as definitions write it: `_` for any, or a product of dimension names and
/// integers such as `2*feedForward`.
struct SymbolicExtent: Sendable, Hashable {
  var isAny: Bool
  var names: [DimensionName]
  var factor: Int

  init?(_ text: String) {
    (isAny, names, factor) = (text == "_", [], 1)
    if isAny { return }
    for word in text.split(separator: "*", omittingEmptySubsequences: false) {
      if let name = DimensionName(rawValue: String(word)) {
        names.append(name)
      } else if let number = Int(word), (1...1024).contains(number) {
        factor *= number
      } else {
        return nil
      }
    }
  }

  /// The name this extent is equal to, if it is just a name.
  var name: DimensionName? { names.count == 1 && factor == 1 ? names[0] : nil }

  /// Nil where a size is unknown, or the product too large to be one.
  func value(in dimensions: Dimensions) -> Int? {
    guard !isAny else { return nil }
    var product = factor
    for name in names {
      guard let size = dimensions[name] else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }
}

extension SymbolicExtent: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let extent = SymbolicExtent(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not an extent")
    }
    self = extent
  }
}
