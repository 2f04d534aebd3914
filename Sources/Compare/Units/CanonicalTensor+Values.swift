import Canonicalise
import Load

extension CanonicalTensor {
  /// Puts numbers, in canonical order, in the place of its own, in the type that these are stored in where it
  /// holds them exactly.
  mutating func replace(by values: [Float]) {
    let isHalf =
      source.isPlain && source.elementType == .bfloat16
      && values.allSatisfy { $0.bitPattern & 0xFFFF == 0 }
    let width = isHalf ? 2 : 4
    let bytes = [UInt8](unsafeUninitializedCapacity: width * values.count) { target, count in
      for index in values.indices {
        let bits = values[index].bitPattern
        for byte in 0..<width {
          target[width * index + byte] = UInt8(
            truncatingIfNeeded: bits >> (8 * UInt32(byte + 4 - width)))
        }
      }
      count = target.count
    }
    let (rows, columns) = (view.rowCount, view.columnCount)
    source = Tensor(
      name: source.name, elementType: isHalf ? .bfloat16 : .float32, shape: view.shape,
      storage: MemoryStorage(bytes))
    view = TensorView(
      offset: 0, storedColumns: columns, rows: .init(0..<rows), columns: .init(0..<columns),
      transposed: false, shape: view.shape)
  }
}
