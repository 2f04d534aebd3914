package import Canonicalise
package import Load

/// The weights of a network as numbers in memory, as far as their units can be lined up.
package struct UnitWeights: Sendable {
  package struct Entry: Sendable {
    /// Of the canonical tensor.
    package var index: Int
    package var tensor: UnitTensor
  }

  package let entries: [Entry]
  /// Whether all weights are here that may have units.
  package let isWhole: Bool

  /// Parameters of a model at most: those of two are held at once.
  package static let mostParameters = 1 << 25
  /// Numbers of a tensor at most, of which a fit holds some ten copies.
  package static let mostNumbers = 1 << 23

  /// - Parameter components: those of which circuits were made, which are left out.
  package init(
    _ model: CanonicalModel, without components: Set<String> = []
  ) throws(LoadError) {
    let weights = model.tensors.indices.filter {
      let tensor = model.tensors[$0]
      return tensor.role != .constant && tensor.source.isRealNumber
        && tensor.view.elementCount > 1
        && (tensor.role == .unknown || !components.contains(tensor.component))
    }
    let parameters = weights.reduce(0) { $0 + model.tensors[$1].view.elementCount }
    guard parameters <= Self.mostParameters else {
      (entries, isWhole) = ([], false)
      return
    }
    var (entries, isWhole) = ([Entry](), true)
    for index in weights {
      if model.tensors[index].view.elementCount <= Self.mostNumbers,
        let tensor = try UnitTensor(model.tensors[index])
      {
        entries.append(Entry(index: index, tensor: tensor))
      } else {
        isWhole = false
      }
    }
    try model.checkpoint.checkUnchanged()
    (self.entries, self.isWhole) = (entries, isWhole)
  }
}
