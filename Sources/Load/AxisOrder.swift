/// In which order a container keeps the axes of a kernel.
///
/// One way of telling it for all formats: canonical is PyTorch's, and `CanonicalAxes` brings the others
/// there.
package enum AxisOrder: Sendable, Equatable {
  /// `[out, in, taps…]`: PyTorch, ONNX.
  case outputFirst
  /// `[taps…, in, out]`: Keras, TensorFlow, Flax; matrices are `[in, out]`.
  case outputLast
  /// `[taps…, channels, outputs of each]`: depthwise filters of Keras.
  case outputLastByChannel
  /// `[out, taps…, in]`: TensorFlow Lite.
  case inputLast
  /// `[out, taps…, in]` of a transposed convolution of TensorFlow Lite; PyTorch's is `[in, out, taps…]`.
  case inputLastTransposed
}
