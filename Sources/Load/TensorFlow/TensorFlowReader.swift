/// Reads TensorFlow's checkpoints and the variables of SavedModels: an index that says where each
/// variable lies in files of data beside it.
///
/// `tensorflow/core/util/tensor_bundle`. Names are those that people gave, from the graph of objects,
/// where there is one.
package enum TensorFlowReader: CheckpointFormat {
  package static let description = FormatDescription(
    id: Checkpoint.Format.tensorFlow.rawValue, name: "a TensorFlow checkpoint",
    endings: [".index"], dataInfix: ".data-0",
    ownsEndings: false, stems: ["variables", "model.ckpt"])

  /// Certain is a table whose first entry is the header of a checkpoint.
  package static func claim(_ source: any ByteSource) -> Claim {
    guard StringTable.isTable(source) else { return .none }
    return Claim { () throws(LoadError) in
      _ = try TensorFlowIndex(source, limits: .standard)
    }
  }

  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let index = try TensorFlowIndex(source, limits: limits)
    var data = TensorFlowData(index, in: folder, limits: limits)
    let graph = try data.objectGraph()
    let model = BundleModel(index.variables, names: graph?.names ?? [:])
    var tensors: [Tensor] = []
    var places: [String: Int] = [:]
    var names: Set<String> = []
    func add(_ tensor: Tensor, key: String) {
      var tensor = tensor
      // Keys are unique, names that people gave need not be.
      if !names.insert(tensor.name).inserted { tensor.name = key }
      places[key] = tensors.count
      tensors.append(tensor)
    }
    for variable in model.variables {
      if let tensor = try data.tensor(variable) { add(tensor, key: variable.key) }
    }
    var copies = 0
    for (variable, original) in model.copies {
      guard let tensor = try data.tensor(variable) else { continue }
      if let place = places[original], try SameWeights.areSame(tensor, tensors[place]) {
        copies += 1
      } else {
        add(tensor, key: variable.key)
      }
    }
    guard !tensors.isEmpty else {
      throw LoadError(
        .noWeights, data.problems.first?.message ?? "holds no variables of numbers",
        file: source.path)
    }
    var checkpoint = Checkpoint(
      name: PathName.name(of: source.path), path: source.path, format: .tensorFlow,
      tensors: tensors, metadata: ModelMetadata(),
      files: [Checkpoint.SourceFile(source)] + data.opened.map { Checkpoint.SourceFile($0) },
      problems: data.problems)
    checkpoint.notes = model.notes
    if copies > 0 {
      checkpoint.notes.append(
        "\(copies == 1 ? "one variable is" : "\(copies) variables are") stored twice; "
          + "\(copies == 1 ? "it was" : "they were") taken once")
    }
    return checkpoint
  }
}

extension Checkpoint.Format {
  package static let tensorFlow = Self(rawValue: "tensorflow")
}
