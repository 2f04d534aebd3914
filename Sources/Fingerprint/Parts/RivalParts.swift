package import Canonicalise

/// Parts of a model of which software that loads it reads one: whole models, two embeddings or two stacks
/// of layers under prefixes of their own (`actor.`, `student.`), and layers that the configuration counts
/// beside others.
///
/// Whoever takes the first for the model, or all, is led astray by one tensor more, so each is read by
/// itself.
package struct RivalParts: Sendable, Equatable {
  /// The prefixes of the parts, as names have them; empty for none.
  package let prefixes: [String]
  /// The ways of reading the model, each with one embedding and one stack of layers.
  package let readings: [ModelReading]
  /// Whether these are all ways.
  package let isComplete: Bool

  /// More ways than this are not tried.
  package static let limit = 8
  /// Tensors of all readings together, each of which keeps what it found: fewer ways are tried of models of
  /// very many.
  static let mostTensors = 1 << 18
  /// With more prefixes than this the ways are not counted.
  private static let mostPrefixes = 32

  /// Nil for a model that can be read in one way: every place that circuits are made of is taken once, and
  /// the configuration counts all layers.
  ///
  /// - Complexity: the names of the tensors are looked at some ten times, whatever they are.
  package init?(_ model: ModelFingerprint) {
    let claims = PlaceClaims(model)
    let spare = model.layersBehindTheCounted
    guard claims.areRivals else {
      guard !spare.isEmpty else { return nil }
      (prefixes, isComplete) = ([], true)
      readings = [ModelReading(prefix: nil, embedding: nil, demoted: spare)]
      return
    }
    prefixes = claims.prefixes
    guard prefixes.count <= Self.mostPrefixes else {
      (readings, isComplete) = ([], false)
      return
    }
    let parts = ModelParts(claims, prefixes: prefixes)
    let limit = max(2, min(Self.limit, Self.mostTensors / max(1, model.tensors.count)))
    let ways = parts.ways(limit: limit)
    var readings = ways.readings.map {
      ModelReading(prefix: $0.prefix, embedding: $0.embedding, demoted: $0.demoted.union(spare))
    }
    if !spare.isEmpty, prefixes.isEmpty {
      // With the embedding that it has in any case.
      readings.insert(ModelReading(prefix: nil, embedding: nil, demoted: spare), at: 0)
    }
    self.readings = Array(readings.prefix(limit))
    isComplete = ways.isComplete && readings.count <= limit
  }

  /// Whether nobody can say of a fingerprint alone that every part was read.
  package var isOpen: Bool { !prefixes.isEmpty || !isComplete }
}

/// One way of reading a model of several parts.
package struct ModelReading: Sendable, Equatable {
  /// Prefix of the layers that are read; nil for all that the configuration counts.
  package var prefix: String?
  /// Name of the embedding that anchors the circuits; nil for the model's one.
  package var embedding: String?
  /// Names of the tensors that are no part of what is read.
  package var demoted: Set<String>

  /// The model, with what is not read in components of its own.
  ///
  /// A whole model that stands under a prefix is read as the first one of its checkpoint would be.
  package func applied(to model: CanonicalModel) -> CanonicalModel {
    var result = model
    if let embedding { result.anchorName = embedding }
    if let prefix, let normalisation = model.wrapped[prefix] {
      result.normalisation = normalisation
      for (component, sizes) in model.dimensions {
        let wrapped = WrappedComponent(component)
        if wrapped.prefix == prefix { result.dimensions[wrapped.name] = sizes }
      }
    }
    for index in result.tensors.indices {
      let tensor = result.tensors[index]
      if tensor.name == embedding { result.tensors[index].role = .tokenEmbedding }
      result.tensors[index].component =
        demoted.contains(tensor.name)
        ? tensor.component + Self.mark : WrappedComponent(tensor.component).name
    }
    return result
  }

  /// The model without what is not read.
  package func extracted(from model: CanonicalModel) -> CanonicalModel {
    var result = applied(to: model)
    result.tensors.removeAll { demoted.contains($0.name) }
    return result
  }

  /// Share of a model's parameters that are read.
  package func share(of model: ModelFingerprint) -> Double {
    let read = model.tensors.filter { !demoted.contains($0.name) }
    return Double(read.reduce(0) { $0 + $1.elementCount })
      / Double(max(1, model.identity.parameters))
  }

  /// Whether a component is one that its reading leaves out: it is no evidence.
  package static func leavesOut(_ component: String) -> Bool {
    component.utf8.last == mark.utf8.last && component.hasSuffix(mark)
  }

  /// What the names of components end with that are not read.
  private static let mark = " (unread)"
}

extension ModelFingerprint {
  /// Whether it is that of a reading, which leaves out a part of the model.
  package var isOfReading: Bool {
    tensors.contains { ModelReading.leavesOut($0.component) }
  }

  /// Names of the tensors in layers behind the last one that the configuration counts.
  fileprivate var layersBehindTheCounted: Set<String> {
    var names: Set<String> = []
    for contradiction in identity.contradictions {
      guard let counted = contradiction.statedLayers else { continue }
      for tensor in tensors where tensor.component == contradiction.component {
        if let layer = tensor.layer, layer >= counted { names.insert(tensor.name) }
      }
    }
    return names
  }
}
