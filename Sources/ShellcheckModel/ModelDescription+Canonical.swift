internal import Canonicalise
internal import Fingerprint
private import Foundation
internal import Judge
internal import Load
internal import Report

extension ModelDescription {
  /// What the first two stages know of a model.
  init(_ model: CanonicalModel, path: String) {
    let checkpoint = model.checkpoint
    var order: [String] = []
    var parts: [String: (layers: Set<Int>, parameters: Int)] = [:]
    for tensor in model.tensors {
      if parts[tensor.component] == nil { order.append(tensor.component) }
      var part = parts[tensor.component] ?? ([], 0)
      if let layer = tensor.layer { part.layers.insert(layer) }
      part.parameters += tensor.view.elementCount
      parts[tensor.component] = part
    }
    let disclosure = checkpoint.metadata.disclosure
    self.init(
      name: checkpoint.name, path: path, format: checkpoint.format.rawValue, family: model.family,
      parameters: model.tensors.reduce(0) { $0 + $1.view.elementCount },
      byteCount: checkpoint.files.reduce(0) { $0 + $1.byteCount },
      components: order.map { name in
        let part = parts[name] ?? ([], 0)
        return Part(
          name: name, layers: part.layers.isEmpty ? nil : part.layers.count,
          parameters: part.parameters)
      },
      tensors: model.tensors.map { tensor in
        TensorEntry(
          name: tensor.name, elementType: tensor.source.storedAs, shape: tensor.view.shape,
          component: tensor.component, role: tensor.role.rawValue,
          layer: tensor.layer)
      },
      declared: Declared(
        baseModels: disclosure.parentNames, relation: disclosure.relation,
        license: disclosure.license),
      notes: model.contradictions.map { "config.json contradicts the tensors: \($0.words)" }
        + model.notes
        + checkpoint.problems.filter(\.kind.isOfUnreadFile)
        .map { "weights not read: \($0.description)" }
        + checkpoint.metadata.problems.map(\.description))
  }
}

extension ModelDescription {
  /// The model that a fingerprint stands for.
  init(_ fingerprint: ModelFingerprint, path: String) {
    let identity = fingerprint.identity
    let parts = Dictionary(grouping: fingerprint.tensors, by: \.component)
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    self.init(
      name: identity.name, path: path, format: "fingerprint of " + identity.format,
      family: identity.family, parameters: identity.parameters,
      byteCount: (attributes?[.size] as? NSNumber)?.uint64Value ?? 0,
      components: fingerprint.components.map { name in
        let tensors = parts[name] ?? []
        let layers = Set(tensors.compactMap(\.layer))
        return Part(
          name: name, layers: layers.isEmpty ? nil : layers.count,
          parameters: tensors.reduce(0) { $0 + $1.elementCount })
      },
      tensors: fingerprint.tensors.map { tensor in
        TensorEntry(
          name: tensor.name, elementType: tensor.elementType.rawValue, shape: tensor.shape,
          component: tensor.component, role: tensor.role.rawValue, layer: tensor.layer)
      },
      declared: Declared(
        baseModels: identity.disclosure.parentNames, relation: identity.disclosure.relation,
        license: identity.disclosure.license),
      notes: ["a fingerprint of weights with the digest \(identity.digest)"] + fingerprint.notes)
  }
}
