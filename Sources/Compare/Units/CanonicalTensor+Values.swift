import Canonicalise
import Load

extension CanonicalTensor {
  /// Puts numbers, in canonical order, in the place of its own, in the type that these are stored in where it
  /// holds them exactly.
  ///
  /// - Parameter shape: where it is another than before: an entry for each row, or of rows, columns and whatever
  ///   is in a column.
  mutating func replace(by values: [Float], shape: [Int]? = nil) {
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
    let shape = shape ?? view.shape
    let isWhole = shape == view.shape
    let rows = isWhole ? view.rowCount : shape.count > 1 ? shape[0] : 1
    let columns = isWhole ? view.columnCount : shape.dropFirst(shape.count > 1 ? 1 : 0).reduce(1, *)
    source = Tensor(
      name: source.name, elementType: isHalf ? .bfloat16 : .float32, shape: shape,
      storage: MemoryStorage(bytes))
    view = TensorView(
      offset: 0, storedColumns: columns, rows: .init(0..<rows), columns: .init(0..<columns),
      transposed: false, shape: shape)
  }
}
