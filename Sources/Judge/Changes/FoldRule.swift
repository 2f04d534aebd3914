import Fingerprint

/// Batch norms were multiplied into the kernels before them, as converters to ONNX and TensorFlow Lite do, on one
/// side.
enum FoldRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    let folds = context.folds.folds
    guard !folds.isEmpty else { return nil }
    return Change(
      .fold,
      [
        .from: .texts(folds.map(\.reference)),
        .to: .texts(folds.map(\.subject)),
      ])
  }
}
