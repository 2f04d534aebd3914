internal import Load

/// Fused tensors whose names mean nothing, told by the shapes that the configuration states.
///
/// A copy whose tensors were renamed still holds query, key and value of a layer in one tensor, while
/// the reference's were taken apart: whole, it would have no counterpart.
struct FusedShapes {
  fileprivate struct Shape {
    var entry: TensorEntry
    var dimensions: Dimensions
  }

  private var fused: [Shape] = []
  /// Shapes of which all extents are known, and which are no fused tensor's.
  private var whole: Set<[Int]> = []

  init(_ catalogue: ArchitectureCatalogue, config: JSONValue?) {
    for definition in catalogue.definitions where definition.isNamed(by: config) {
      for entry in definition.tensors {
        guard let extents = entry.shape else { continue }
        let sizes = definition.dimensions[entry.component]?.sizes(in: config, sectionsOnly: false)
        let dimensions = sizes ?? Dimensions()
        if entry.isFused {
          fused.append(Shape(entry: entry, dimensions: dimensions))
        } else {
          let known = extents.compactMap { $0.value(in: dimensions) }
          if known.count == extents.count { whole.insert(known) }
        }
      }
    }
  }

  /// The parts of a tensor that has the shape of a fused one and of no other; their roles are not
  /// known, as another fused tensor may have the same shape.
  func parts(of tensor: Tensor) -> [TensorPart]? {
    guard tensor.isDecodable, tensor.hasTellingShape, tensor.elementCount > 0,
      !whole.contains(tensor.shape)
    else { return nil }
    let readings: [[TensorPart]] = fused.compactMap { $0.parts(of: tensor) }
    guard var parts = readings.first,
      readings.allSatisfy({ $0.map(\.view) == parts.map(\.view) })
    else { return nil }
    for index in parts.indices { parts[index].role = .unknown }
    return parts
  }
}

extension FusedShapes.Shape {
  /// Nil unless every extent that the configuration states is the tensor's.
  fileprivate func parts(of tensor: Tensor) -> [TensorPart]? {
    let isVector = tensor.shape.count == 1
    guard
      isVector
        ? !entry.biases.isEmpty : entry.fits(tensor.shape, parameter: .weight, in: dimensions)
    else { return nil }
    let context = TransformContext(dimensions: dimensions, attentionWidth: nil)
    guard let parts = try? entry.parts(of: tensor, expert: nil, in: context), parts.count > 1 else {
      return nil
    }
    for case .splitRows(let expected) in entry.transforms {
      let sizes = expected.map { $0.size?.value(in: dimensions) }
      guard sizes == parts.map({ $0.view.shape.first }) else { return nil }
    }
    return parts
  }
}

extension TensorEntry {
  /// Whether the stored tensor is taken apart along its rows.
  fileprivate var isFused: Bool {
    transforms.contains { transform in
      switch transform {
      case .splitRows, .interleavedHeads: true
      case .transpose, .experts, .splitColumns, .alternatingRows, .rotaryPairs, .foldOutputs: false
      }
    } && !transforms.contains(.experts)
  }
}
