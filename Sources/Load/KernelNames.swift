/// What the names of weights tell of the order of their axes, where a container does not say it.
enum KernelNames {
  /// Keras, TensorFlow, Flax and MinkowskiEngine call matrices and filters that are `[…, in, out]` kernels;
  /// PyTorch's own layers, whose are `[out, in, …]`, have no such name.
  private static let kernels: Set = [
    "kernel", "_kernel", "recurrent_kernel", "_recurrent_kernel", "pointwise_kernel",
    "_pointwise_kernel",
  ]
  private static let depthwise: Set = ["depthwise_kernel", "_depthwise_kernel"]

  /// - Parameter name: of a tensor, in components set apart by dots or slashes.
  static func axisOrder(of name: String, shape: [Int]) -> AxisOrder {
    guard shape.count >= 2 else { return .outputFirst }
    var path = name[...]
    if path.hasSuffix(":0") { path = path.dropLast(2) }
    let words = path.split { $0 == "/" || $0 == "." }
    guard let leaf = words.last.map(String.init) else { return .outputFirst }
    let isDepthwise =
      depthwise.contains(leaf)
      || kernels.contains(leaf) && words.dropLast().last?.contains("depthwise") == true
    if isDepthwise, shape.count >= 3 { return .outputLastByChannel }
    return kernels.contains(leaf) ? .outputLast : .outputFirst
  }
}
