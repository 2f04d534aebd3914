/// Reads ONNX models: the tensors of their graphs, in the file or in files beside.
///
/// What the nodes do with a tensor tells its name where exporters made up one, which axis is which, and
/// how codes become numbers; nothing of a graph is computed.
package enum ONNXReader: CheckpointFormat {
  package static let description = FormatDescription(
    id: Checkpoint.Format.onnx.rawValue, name: "an ONNX model", endings: [".onnx"],
    stems: ["model"])

  /// Certain is a file that is fields of a model from its first byte to its last, a version and a
  /// graph of nodes or tensors among them: protocol buffers have no signature.
  package static func claim(_ source: any ByteSource) -> Claim {
    do throws(LoadError) {
      guard source.localFile != nil else {
        return try ONNXHeads(source).areOfAModel() ? .certain : .none
      }
      let found = try source.withBytes(in: 0..<source.byteCount, tensor: nil) {
        (bytes) throws(LoadError) in try isModel(bytes, file: source.path)
      }
      return found ? .certain : .none
    } catch {
      return .none
    }
  }

  /// Fields of a model besides its properties and functions, of which there may be any number.
  private static let mostFields = 1_000_000
  static let versions: ClosedRange<UInt64> = 1...64

  private static func isModel(
    _ bytes: UnsafeRawBufferPointer, file: String
  ) throws(LoadError) -> Bool {
    var fields = ProtobufFields(bytes[...], file: file)
    var (hasVersion, hasGraph) = (false, false)
    for _ in 0..<mostFields {
      guard let field = try fields.next() else { return hasVersion && hasGraph }
      switch (field.number, field.value) {
      case (1, .varint(let version)):
        guard versions.contains(version) else { return false }
        hasVersion = true
      case (5, .varint): continue
      case (7, .bytes(let graph)):
        guard try isGraph(graph, file: file) else { return false }
        hasGraph = true
      case (2...4, .bytes), (6, .bytes), (8, .bytes), (14..., .bytes): continue
      default: return false
      }
    }
    return false
  }

  private static func isGraph(
    _ bytes: Slice<UnsafeRawBufferPointer>, file: String
  ) throws(LoadError) -> Bool {
    var fields = ProtobufFields(bytes, file: file)
    guard let first = try fields.next(), case .bytes = first.value else { return false }
    return [1, 2, 5].contains(first.number)
  }

  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let model = try source.withBytes(in: 0..<source.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in
      try ONNXModel(bytes, file: source.path, limits: limits)
    }
    let weights = try ONNXWeights(
      model, arrays: ONNXArrays(source, in: folder, limits: limits))
    let sparse = model.sparse.map {
      LoadProblem(
        .unreadTensor, LoadError.printable($0, limit: 256), "is stored sparse, which is not read")
    }
    var checkpoint = Checkpoint(
      name: PathName.name(of: source.path), path: source.path, format: .onnx,
      tensors: weights.tensors, metadata: ModelMetadata(headerStrings: model.strings),
      files: ([source] + weights.arrays.files).map { Checkpoint.SourceFile($0) },
      problems: sparse + weights.arrays.problems)
    checkpoint.notes = weights.notes
    if model.functionCount > 0 {
      checkpoint.notes.append(
        "weights that are given to functions of the graph keep the names that they have there")
    }
    return checkpoint
  }
}

extension Checkpoint.Format {
  package static let onnx = Self(rawValue: "onnx")
}
