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
}
