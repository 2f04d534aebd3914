internal import Load

/// Which definitions a checkpoint is read by.
struct DefinitionSelection: Sendable {
  /// The one that gives the family its name, then those for parts that it leaves.
  var chosen: [DefinitionMatches] = []

  /// The share of parameters that a definition must describe to name the family.
  private static let leastShare = 0.5
  /// The same of one that the configuration names: in small models towers, which it does not describe, are
  /// the most.
  private static let leastNamedShare = 0.1
  /// The share of the remaining parameters that a further definition must describe.
  private static let leastFurtherShare = 0.25

  init(
    _ matches: [DefinitionMatches], catalogue: ArchitectureCatalogue, tensors: [Tensor],
    isConstant: [Bool], config: JSONValue?
  ) {
    var rest = Set(
      tensors.indices.filter { tensors[$0].isRealNumber && !isConstant[$0] })
    var candidates = matches.filter { !$0.byTensor.isEmpty }
    for index in candidates.indices {
      candidates[index].isNamed =
        catalogue.definitions[candidates[index].definition].isNamed(by: config)
    }
    candidates.removeAll { candidate in
      let definition = catalogue.definitions[candidate.definition]
      return !definition.requires.isSubset(of: candidate.roles)
        || (definition.needsConfiguration && !candidate.isNamed)
    }
    var components: Set<String> = []
    while true {
      let total = rest.reduce(0) { $0.addingSaturating(tensors[$1].elementCount) }
      let isFirst = chosen.isEmpty
      let best =
        candidates
        .filter {
          let share =
            !isFirst ? Self.leastFurtherShare : $0.isNamed ? Self.leastNamedShare : Self.leastShare
          return $0.hasLayers && Double($0.parameters) >= share * Double(total) && total > 0
        }
        .reduce(nil as DefinitionMatches?) { best, next in
          best.map { next.isBetter(than: $0) ? next : $0 } ?? next
        }
      guard let best else { return }
      chosen.append(best)
      components.formUnion(catalogue.definitions[best.definition].tensors.map(\.component))
      rest.subtract(best.byTensor.keys)
      candidates = candidates.compactMap { candidate in
        let definition = catalogue.definitions[candidate.definition]
        guard !definition.anyPrefix,
          components.isDisjoint(with: definition.tensors.map(\.component))
        else { return nil }
        return candidate.restricted(to: rest, tensors: tensors, catalogue: catalogue)
      }
    }
  }
}

extension DefinitionMatches {
  /// What is left when other definitions have taken their tensors.
  fileprivate func restricted(
    to rest: Set<Int>, tensors: [Tensor], catalogue: ArchitectureCatalogue
  ) -> DefinitionMatches {
    var left = DefinitionMatches(definition: definition)
    left.isNamed = isNamed
    left.byTensor = byTensor.filter { rest.contains($0.key) }
    for (index, matches) in left.byTensor {
      if tensors[index].isRealNumber {
        left.parameters = left.parameters.addingSaturating(tensors[index].elementCount)
      }
      left.roles.formUnion(matches.map { catalogue.entry($0.leaf).role })
    }
    return left
  }
}
