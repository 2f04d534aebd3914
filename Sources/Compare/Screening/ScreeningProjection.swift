import Fingerprint
import Kernels

/// A fixed random projection of unit vectors to 96 signed bytes, which keeps cosines to about 0.1
/// (Johnson and Lindenstrauss, 1984; signs as in Achlioptas, 2003, doi:10.1016/S0022-0000(03)00025-4).
struct ScreeningProjection: Sendable {
  static let dimensions = 96
  /// Bytes per unit of a coordinate of standard deviation 1; 4.5 deviations fit.
  private static let step: Float = 28
  /// Variance that the projection adds to a cosine of unrelated vectors.
  static let variance = 1 / Double(dimensions)

  /// Of linear sketches, and of circuits.
  static let sketches = ScreeningProjection(
    inputs: LinearSketch.side * LinearSketch.side, seed: 0x5CEE_0001)
  static let circuits = ScreeningProjection(
    inputs: LayerCircuits.side * LayerCircuits.side, seed: 0x5CEE_0002)

  let inputs: Int
  /// `[inputs, 96]` of ±1.
  private let signs: [Float]

  private init(inputs: Int, seed: UInt64) {
    self.inputs = inputs
    var generator = SplitMix64(seed: seed)
    var signs: [Float] = []
    signs.reserveCapacity(inputs * Self.dimensions)
    while signs.count < inputs * Self.dimensions {
      let bits = generator.next()
      for bit in 0..<64 { signs.append(bits >> UInt64(bit) & 1 == 0 ? 1 : -1) }
    }
    self.signs = Array(signs.prefix(inputs * Self.dimensions))
  }

  /// Projects rows of any length but 0 to rows of 96 bytes.
  ///
  /// - Parameter rows: `[count, inputs]`, row-major.
  func callAsFunction(_ rows: [Float]) -> [Int8] {
    let n = Self.dimensions
    let count = rows.count / inputs
    let projected = DenseMatrix.product(rows, signs, rows: count, columns: n, inner: inputs)
    var result: [Int8] = []
    result.reserveCapacity(projected.count)
    for row in 0..<count {
      let values = projected[row * n..<(row + 1) * n]
      let energy = values.reduce(0) { $0 + $1 * $1 }
      let scale = energy > 0 ? Self.step * (Float(n) / energy).squareRoot() : 0
      for value in values { result.append(Int8(max(-127, min(127, (value * scale).rounded())))) }
    }
    return result
  }

  /// Bytes as floats whose inner products with `floats(of:)` are cosines.
  static func weights(of bytes: [Int8]) -> [Float] {
    bytes.map { Float($0) / (step * step * Float(dimensions)) }
  }

  /// Bytes as floats.
  static func floats(of bytes: UnsafeRawBufferPointer) -> [Float] {
    [Float](unsafeUninitializedCapacity: bytes.count) { target, count in
      if let source = bytes.baseAddress, let base = target.baseAddress {
        skm_decode_i8(source, base, bytes.count)
      }
      count = bytes.count
    }
  }
}
