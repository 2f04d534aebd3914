/// Reads TensorFlow Lite models: the weights of their graphs, quantised ones with their scales.
package enum TFLiteReader: CheckpointFormat {
  package static let description = FormatDescription(
    id: Checkpoint.Format.tfLite.rawValue, name: "a TensorFlow Lite model", endings: [".tflite"],
    stems: ["model"])

  /// Certain is what the reader opens: a signature, and tables that lie in the file.
  package static func claim(_ source: any ByteSource) -> Claim {
    let hasSignature = try? source.withPrefix(8) { (bytes) throws(LoadError) in
      bytes.has("TFL3".utf8, at: 4)
    }
    guard hasSignature == true else { return .none }
    return Claim { () throws(LoadError) in _ = try model(source, limits: .standard) }
  }

  private static func model(
    _ source: any ByteSource, limits: LoadLimits
  ) throws(LoadError) -> TFLiteModel {
    try source.withBytes(in: 0..<source.byteCount, tensor: nil) { (bytes) throws(LoadError) in
      try TFLiteModel(bytes, file: source.path, limits: limits)
    }
  }

  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let model = try model(source, limits: limits)
    var names: Set<String> = []
    var tensors: [Tensor] = []
    for (number, tensor) in model.tensors.enumerated() {
      let name = TFLiteNames.name(of: tensor)
      let candidates = [name, tensor.name, "\(tensor.name)#\(number)", "tensor.\(number)"]
      guard let free = candidates.first(where: { !$0.isEmpty && !names.contains($0) }) else {
        continue
      }
      names.insert(free)
      tensors.append(TFLiteWeight(tensor, in: source, named: free).tensor)
    }
    for part in model.layers.flatMap(\.parts) where names.insert(part.name).inserted {
      tensors.append(TFLiteWeight(part, in: source, named: part.name).tensor)
    }
    var checkpoint = Checkpoint(
      name: PathName.name(of: source.path), path: source.path, format: .tfLite, tensors: tensors,
      metadata: ModelMetadata(), files: [Checkpoint.SourceFile(source)])
    if model.repeatedCount > 0 {
      checkpoint.notes.append(
        "tensors that are others once more (\(model.repeatedCount)) were taken once")
    }
    return checkpoint
  }
}

extension TFLiteModel.Tensor {
  /// Elements below which whole numbers, and what has no name and no place of a weight, are the
  /// graph's own: shapes, indices, states to begin with.
  private static let tableSize = 4096

  /// Whether it holds what a network learns, rather than what its graph counts with.
  var isWeight: Bool {
    let count = shape.reduce(1, *)
    let isFloat = type.elementType?.isRealNumber ?? false
    guard count > 1 || use?.parameter == "bias" else { return false }
    if isFloat || scales != nil && type.codes != nil {
      return use != nil || count >= Self.tableSize
    }
    return count >= Self.tableSize
  }
}

extension Checkpoint.Format {
  package static let tfLite = Self(rawValue: "tflite")
}
