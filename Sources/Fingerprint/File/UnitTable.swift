import Load

/// The table of what is kept of a network's units; its numbers are in the tensor `units`, of one tensor behind the
/// other: the factors of both axes, and of each axis that has rows the products, scales and means; or else the values.
struct UnitTable: Codable {
  /// Changes with how the numbers are made.
  var method: Int
  var isWhole: Bool
  /// Products that are made of a row at most.
  var products: Int
  var rows: [Row]

  struct Row: Codable {
    /// Index into the table of tensors.
    var tensor: Int
    /// In canonical order of the axes.
    var shape: [Int]
  }

  static let currentMethod = 1

  init?(_ signatures: UnitSignatures, tensors: [TensorFingerprint]) {
    let places = Dictionary(
      tensors.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { a, _ in a })
    method = Self.currentMethod
    isWhole = signatures.isWhole
    products = signatures.entries.first?.most ?? UnitSigns.few
    rows = signatures.entries.compactMap { entry in
      places[entry.name].map { Row(tensor: $0, shape: entry.shape) }
    }
    guard rows.count == signatures.entries.count else { return nil }
  }

  /// What the table and its bytes say; nil where they are not what is written.
  func signatures(_ bytes: [UInt8], tensors: [TensorFingerprint]) -> UnitSignatures? {
    guard [UnitSigns.many, UnitSigns.few].contains(products) else { return nil }
    var rest = bytes[...]
    var seen: Set<Int> = []
    var entries: [UnitSignature] = []
    for row in rows {
      guard tensors.indices.contains(row.tensor), seen.insert(row.tensor).inserted,
        !row.shape.contains(0),
        FingerprintCheck.elementCount(row.shape) == tensors[row.tensor].elementCount,
        let signature = UnitSignature(
          name: tensors[row.tensor].name, shape: row.shape, most: products, from: &rest)
      else { return nil }
      entries.append(signature)
    }
    return rest.isEmpty ? UnitSignatures(entries: entries, isWhole: isWhole) : nil
  }
}

extension UnitSignature {
  /// What is written of a tensor.
  static func byteCount(extents: [Int], taps: Int, most: Int) -> Int {
    guard !isKeptWhole(extents) else { return 4 * extents[0] * taps }
    return (0...1).reduce(0) { sum, axis in
      let (rows, entries) = (extents[1 - axis], extents[axis])
      let products = UnitSigns.count(entries: entries * taps, most: most)
      let row = hasRows(extents, along: axis) ? products + 4 + 2 * taps : 0
      return sum + rows * row + 4 * entries
    }
  }

  var bytes: [UInt8] {
    var result: [UInt8] = []
    func append(_ values: [Float]) {
      for value in values { result += value.littleEndianBytes }
    }
    switch content {
    case .values(let values): append(values)
    case .axes(let axes, let factors):
      for factors in factors.axes { append(factors) }
      for axis in axes.compactMap(\.self) {
        result += axis.products.map { UInt8(bitPattern: $0) }
        append(axis.scales)
        for mean in axis.means {
          result.append(UInt8(truncatingIfNeeded: mean.bitPattern))
          result.append(UInt8(truncatingIfNeeded: mean.bitPattern >> 8))
        }
      }
    }
    return result
  }

  /// Takes what is written of a tensor; nil where there is less, or what is no number.
  fileprivate init?(
    name: String, shape: [Int], most: Int, from rest: inout ArraySlice<UInt8>
  ) {
    guard let (extents, taps) = UnitTensor.extents(ofShape: shape),
      Self.byteCount(extents: extents, taps: taps, most: most) <= rest.count
    else { return nil }
    func take(_ count: Int) -> ArraySlice<UInt8> {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    func floats(_ count: Int) -> [Float] {
      let bytes = take(4 * count)
      return stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
        var bits: UInt32 = 0
        for byte in 0..<4 { bits |= UInt32(bytes[start + byte]) << UInt32(8 * byte) }
        return Float(bitPattern: bits)
      }
    }
    let content: Content
    if Self.isKeptWhole(extents) {
      let values = floats(extents[0] * taps)
      guard values.allSatisfy(\.isFinite) else { return nil }
      content = .values(values)
    } else {
      let factors = UnitFactors(axes: extents.map(floats))
      let axes = (0...1).map { axis -> Axis? in
        guard Self.hasRows(extents, along: axis) else { return nil }
        let (rows, entries) = (extents[1 - axis], extents[axis])
        let products = take(rows * UnitSigns.count(entries: entries * taps, most: most)).map {
          Int8(bitPattern: $0)
        }
        let scales = floats(rows)
        let bytes = take(2 * rows * taps)
        let means = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
          Float16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
        return Axis(products: products, scales: scales, means: means)
      }
      guard axes.allSatisfy({ $0?.isFinite ?? true }),
        factors.axes.joined().allSatisfy({ $0.isFinite && $0 >= 0 })
      else { return nil }
      content = .axes(axes, factors)
    }
    self.init(name: name, shape: shape, extents: extents, taps: taps, most: most, content: content)
  }
}

extension UnitSignature.Axis {
  fileprivate var isFinite: Bool {
    scales.allSatisfy(\.isFinite) && means.allSatisfy(\.isFinite)
  }
}

extension Float {
  fileprivate var littleEndianBytes: [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: bitPattern >> (8 * UInt32($0))) }
  }
}
