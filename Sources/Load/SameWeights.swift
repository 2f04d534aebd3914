/// Whether two checkpoints hold the same weights: the same names and shapes, and the same numbers,
/// perhaps rounded to a narrower type in one of them, or some of them under a second name.
enum SameWeights {
  /// Numbers that are compared at a time.
  private static let blockCount = 1 << 20

  /// Tensors that one of the checkpoints may have besides, and tensors each is held against.
  private static let mostRepeated = 16

  static func areSame(_ left: Checkpoint, _ right: Checkpoint) throws(LoadError) -> Bool {
    let others = Dictionary(right.tensors.map { ($0.name, $0) }) { first, _ in first }
    let names = Set(left.tensors.map(\.name))
    let extra = (
      left.tensors.filter { others[$0.name] == nil },
      right.tensors.filter { !names.contains($0.name) }
    )
    guard extra.0.count + extra.1.count <= mostRepeated else { return false }
    var pairs: [(Tensor, Tensor)] = []
    for tensor in left.tensors {
      guard let counterpart = others[tensor.name] else { continue }
      // Exporters multiply with the transpose.
      let isAcross = tensor.swapsLastAxes != counterpart.swapsLastAxes
      guard !isAcross || tensor.shape.last ?? 0 <= TransposedStorage.mostColumns else {
        return false
      }
      let (tensor, other) = isAcross ? (tensor.inRows, counterpart.inRows) : (tensor, counterpart)
      guard tensor.shape == other.shape, tensor.axisOrder == other.axisOrder,
        tensor.swapsLastAxes == other.swapsLastAxes
      else { return false }
      pairs.append((tensor, other))
    }
    let scratch = (ByteScratch(), ByteScratch())
    for (tensor, other) in pairs {
      guard try areSame(tensor, other, scratch: scratch) else { return false }
    }
    guard try areRepeated(extra.0, in: pairs.map(\.0), scratch: scratch) else { return false }
    return try areRepeated(extra.1, in: pairs.map(\.1), scratch: scratch)
  }

  /// Whether tensors are others of their checkpoint under a second name: a head that is the embedding,
  /// which PyTorch writes and safetensors leaves out.
  private static func areRepeated(
    _ tensors: [Tensor], in others: [Tensor], scratch: (ByteScratch, ByteScratch)
  ) throws(LoadError) -> Bool {
    for tensor in tensors {
      var isRepeated = false
      let alike = others.filter {
        $0.shape == tensor.shape && $0.elementType == tensor.elementType
      }
      for other in alike.prefix(mostRepeated) where !isRepeated {
        isRepeated = try areSame(tensor, other, scratch: scratch)
      }
      guard isRepeated else { return false }
    }
    return true
  }

  /// Whether two tensors hold the same numbers, or one those of the other rounded.
  static func areSame(_ left: Tensor, _ right: Tensor) throws(LoadError) -> Bool {
    try areSame(left, right, scratch: (ByteScratch(), ByteScratch()))
  }

  private static func areSame(
    _ left: Tensor, _ right: Tensor, scratch: (ByteScratch, ByteScratch)
  ) throws(LoadError) -> Bool {
    guard left.isPlain, right.isPlain else {
      return try areStoredAlike(left, right, scratch: scratch)
    }
    let isSwapped = left.elementType.bitWidth < right.elementType.bitWidth
    let (wide, narrow) = isSwapped ? (right, left) : (left, right)
    guard wide.elementType == narrow.elementType || wide.elementType == .float32 else {
      return false
    }
    let count = wide.elementCount
    for start in stride(from: 0, to: count, by: blockCount) {
      let range = start..<min(start + blockCount, count)
      let isSame = try wide.withBytes(of: range, scratch: scratch.0) {
        (wideBytes) throws(LoadError) in
        try narrow.withBytes(of: range, scratch: scratch.1) { (narrowBytes) throws(LoadError) in
          switch narrow.elementType {
          case wide.elementType: wideBytes.elementsEqual(narrowBytes)
          case .float16:
            isRounded(wideBytes, narrowBytes) { Float16($0).bitPattern }
          case .bfloat16: isRounded(wideBytes, narrowBytes, to: bfloat16)
          default: false
          }
        }
      }
      guard isSame else { return false }
    }
    return true
  }

  /// Whether codes, scales and what else there is are the same bytes.
  private static func areStoredAlike(
    _ left: Tensor, _ right: Tensor, scratch: (ByteScratch, ByteScratch)
  ) throws(LoadError) -> Bool {
    guard left.stored.count == right.stored.count,
      zip(left.stored, right.stored).allSatisfy({
        $0.elementType == $1.elementType && $0.shape == $1.shape
      })
    else { return false }
    for (one, other) in zip(left.stored, right.stored) {
      for start in stride(from: 0, to: one.byteCount, by: blockCount) {
        let range = start..<min(start + blockCount, one.byteCount)
        let isSame = try one.storage.withBytes(of: range, scratch: scratch.0) {
          (bytes) throws(LoadError) in
          try other.storage.withBytes(of: range, scratch: scratch.1) {
            (others) throws(LoadError) in bytes.elementsEqual(others)
          }
        }
        guard isSame else { return false }
      }
    }
    return true
  }

  private static func isRounded(
    _ wide: UnsafeRawBufferPointer, _ narrow: UnsafeRawBufferPointer, to round: (Float) -> UInt16
  ) -> Bool {
    guard wide.count == 2 * narrow.count else { return false }
    return (0..<narrow.count / 2).allSatisfy { place in
      let value = Float(
        bitPattern: UInt32(
          littleEndian: wide.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)))
      let stored = UInt16(
        littleEndian: narrow.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self))
      return round(value) == stored
    }
  }

  /// Rounded to nearest, ties to even.
  private static func bfloat16(_ value: Float) -> UInt16 {
    guard !value.isNaN else { return UInt16(truncatingIfNeeded: value.bitPattern >> 16) | 0x40 }
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
  }
}
