import Foundation

/// Mean and standard deviation of the largest of n independent standard normal numbers.
///
/// - Source: tabulated by numerical integration of n φ(x) Φ(x)ⁿ⁻¹ at powers of two, linear in log n
///   between them; right to 0.01.
struct LargestOfNormals {
  private static let means = [
    0, 0.564, 1.029, 1.424, 1.766, 2.070, 2.344, 2.595, 2.827, 3.044, 3.248,
  ]
  private static let deviations = [
    1, 0.826, 0.701, 0.611, 0.543, 0.492, 0.451, 0.419, 0.392, 0.370, 0.351,
  ]

  let mean: Double
  let deviation: Double

  init(of count: Int) {
    let position = min(log2(Double(max(count, 1))), Double(Self.means.count - 1))
    let (low, part) = (Int(position), position - position.rounded(.down))
    let high = min(low + 1, Self.means.count - 1)
    mean = Self.means[low] + part * (Self.means[high] - Self.means[low])
    deviation = Self.deviations[low] + part * (Self.deviations[high] - Self.deviations[low])
  }
}
