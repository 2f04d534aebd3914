import Canonicalise
import Fingerprint

/// How two networks differ in structure, component by component: A of the assessment.
struct ArchitectureDifference {
  /// dᵢ of each component that either network has.
  let changes: [(component: InnovationModel.Component, change: Double)]

  init(
    _ subject: ModelFingerprint, _ reference: ModelFingerprint, model: InnovationModel
  ) {
    let (mine, theirs) = (Structure(subject), Structure(reference))
    changes = model.components.compactMap { component in
      mine.change(from: theirs, component).map { (component, $0) }
    }
  }

  /// Σ aᵢ·cᵢ·dᵢ / Σ aᵢ·cᵢ, 0…1; nil where nothing of the structure is known.
  var value: Double? {
    let total = changes.reduce(0) { $0 + $1.component.weight * $1.component.complexity }
    guard total > 0 else { return nil }
    return changes.reduce(0) { $0 + $1.component.weight * $1.component.complexity * $1.change }
      / total
  }
}

/// Which tensors a network has, and how large it is.
private struct Structure {
  /// Roles with their parameter, such as `attentionQuery bias`.
  let parts: [TensorRole: Set<String>]
  let shapes: [TensorRole: [[Int]: Int]]
  let sizes: Dimensions

  init(_ model: ModelFingerprint) {
    var parts: [TensorRole: Set<String>] = [:]
    var shapes: [TensorRole: [[Int]: Int]] = [:]
    var parameters: [String: Int] = [:]
    for tensor in model.tensors {
      parts[tensor.role, default: []].insert("\(tensor.role.rawValue) \(tensor.parameter.rawValue)")
      shapes[tensor.role, default: [:]][tensor.shape, default: 0] += 1
      parameters[tensor.component, default: 0] += tensor.elementCount
    }
    self.parts = parts
    self.shapes = shapes
    // The largest component stands for the model.
    let main = parameters.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    sizes = main.flatMap { model.identity.dimensions[$0] } ?? Dimensions()
  }

  /// Mean over what shows a change; nil where neither network has the component.
  func change(from other: Structure, _ component: InnovationModel.Component) -> Double? {
    var shown: [Double] = []
    func union(_ structure: Structure) -> Set<String> {
      component.roles.reduce(into: []) { $0.formUnion(structure.parts[$1] ?? []) }
    }
    let (mine, theirs) = (union(self), union(other))
    if !mine.isEmpty || !theirs.isEmpty {
      shown.append(
        1 - Double(mine.intersection(theirs).count) / Double(mine.union(theirs).count))
    } else if !component.roles.isEmpty {
      return nil
    }
    for name in component.sizes {
      let (size, old) = (sizes[named: name] ?? nil, other.sizes[named: name] ?? nil)
      switch (size, old) {
      case (nil, nil): continue
      case (let size?, let old?):
        shown.append(1 - Double(min(size, old)) / Double(max(size, old, 1)))
      default: shown.append(1)
      }
    }
    if component.comparesShapes { shown.append(shapeChange(from: other, component.roles)) }
    return shown.isEmpty ? nil : shown.reduce(0, +) / Double(shown.count)
  }

  /// Share of the tensors that have no counterpart of the same role and shape.
  private func shapeChange(from other: Structure, _ roles: [TensorRole]) -> Double {
    var (common, total) = (0, 0)
    for role in roles {
      let (mine, theirs) = (shapes[role] ?? [:], other.shapes[role] ?? [:])
      common += mine.reduce(0) { $0 + min($1.value, theirs[$1.key] ?? 0) }
      total += mine.reduce(0) { $0 + max($1.value, theirs[$1.key] ?? 0) }
      total += theirs.reduce(0) { $0 + (mine[$1.key] == nil ? $1.value : 0) }
    }
    return total > 0 ? 1 - Double(common) / Double(total) : 0
  }
}

extension Dimensions {
  /// A size by its name in data; `.none` for no such name, `.some(nil)` where it is not known.
  subscript(named name: String) -> Int?? {
    switch name {
    case "hidden": .some(hidden)
    case "layers": .some(layers)
    case "heads": .some(heads)
    case "keyValueHeads": .some(keyValueHeads)
    case "headSize": .some(headSize)
    case "feedForward": .some(feedForward)
    case "vocabulary": .some(vocabulary)
    case "experts": .some(experts)
    default: .none
    }
  }
}
