import Kernels

/// Swift faces of the C kernels that this stage uses.
enum Kernel {
  /// Sum of products of two arrays of equal length, in double.
  static func dot(_ a: [Float], _ b: [Float]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        guard let x = a.baseAddress, let y = b.baseAddress else { return 0 }
        return skm_dot(x, y, min(a.count, b.count))
      }
    }
  }

  /// The square root of the sum of squares, in double throughout: weights may be of any scale.
  static func length(_ values: [Float]) -> Double {
    values.withUnsafeBytes { bytes in
      let width = MemoryLayout<SIMD8<Float>>.size
      var sums = SIMD8<Double>.zero
      var start = 0
      while start + width <= bytes.count {
        let part = SIMD8<Double>(bytes.loadUnaligned(fromByteOffset: start, as: SIMD8<Float>.self))
        sums += part * part
        start += width
      }
      let rest = values[(start / MemoryLayout<Float>.size)...]
      return rest.reduce(sums.sum()) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }

  /// Scales every run of so many numbers to unit length; runs of zeros stay.
  ///
  /// - Returns: whether there were none of these.
  @discardableResult
  static func normalise(_ values: inout [Float], runsOf size: Int) -> Bool {
    values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return true }
      var isWhole = true
      for start in stride(from: 0, through: values.count - size, by: size) {
        let run = base + start
        let length = skm_dot(run, run, size).squareRoot()
        guard length > 0 else {
          isWhole = false
          continue
        }
        let scale = Float(1 / length)
        for i in 0..<size { run[i] *= scale }
      }
      return isWhole
    }
  }
}
