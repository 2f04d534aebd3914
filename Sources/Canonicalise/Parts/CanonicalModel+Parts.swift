internal import Load

extension CanonicalModel {
  /// Adds a model that stands beside this one under a prefix of its own.
  ///
  /// Its configuration is not known to be this one's, so nobody is accused of contradicting it.
  mutating func add(_ other: CanonicalModel, behind prefix: [String]) {
    let prefix = prefix.joined(separator: ".")
    func name(_ component: String) -> String {
      WrappedComponent(prefix: prefix, name: component).text
    }
    for (component, sizes) in other.dimensions { dimensions[name(component)] = sizes }
    for var tensor in other.tensors {
      tensor.component = name(tensor.component)
      tensors.append(tensor)
    }
    notes += other.notes
    wrapped[prefix] = other.normalisation
  }

  /// Brings the tensors into the order of the checkpoint's.
  mutating func sortTensors() {
    let places = Dictionary(
      checkpoint.tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first }
    )
    let keys = tensors.map { places[$0.source.name] ?? 0 }
    tensors = tensors.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { tensors[$0] }
  }
}

extension Checkpoint {
  /// What is known of a whole model in it beside the first: the section of the configuration that has its
  /// name, else all of it.
  func part(under model: WholeModels.Part) -> Checkpoint {
    var part = self
    part.notes = []
    let name = model.prefix.last ?? ""
    part.metadata.config =
      metadata.config?["\(name)_config"] ?? metadata.config?[name] ?? metadata.config
    return part
  }
}
