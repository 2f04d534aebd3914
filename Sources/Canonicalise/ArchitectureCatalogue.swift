import Foundation
package import Load

/// The architecture definitions, ready to be matched against checkpoints.
///
///     let model = try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
package struct ArchitectureCatalogue: Sendable {
  let conventions: NamingConventions
  let definitions: [ArchitectureDefinition]
  let trie: PatternTrie

  /// The definitions that the tool is built with.
  package static func bundled() throws(CanonicaliseError) -> ArchitectureCatalogue {
    try embedded.get()
  }

  /// Decoded once: a run opens several models.
  private static let embedded = Result { () throws(CanonicaliseError) in
    try ArchitectureCatalogue(files: embeddedArchitectures)
  }

  /// Takes the name without extension and the JSON text of each file of `Corpus/Architectures`.
  ///
  /// The file `_generic` is the naming conventions. An error names the file at fault.
  package init(files: [(name: String, text: String)]) throws(CanonicaliseError) {
    guard let generic = files.first(where: { $0.name == NamingConventions.name }) else {
      throw CanonicaliseError(definition: NamingConventions.name, message: "is missing")
    }
    conventions = try NamingConventions(json: generic.text)
    // Decoding is a sixth of the time that a check of a small model takes.
    let networks = files.filter { $0.name != NamingConventions.name }
    let decoded = Concurrent.map(
      networks.count, threads: ProcessInfo.processInfo.activeProcessorCount
    ) { number in
      Result { () throws(CanonicaliseError) in
        try ArchitectureDefinition(name: networks[number].name, json: networks[number].text)
      }
    }
    var definitions: [ArchitectureDefinition] = []
    for definition in decoded { definitions.append(try definition.get()) }
    var trie = PatternTrie()
    for (index, definition) in definitions.enumerated() {
      for (number, entry) in definition.tensors.enumerated() {
        for (patterns, parameter) in [(entry.weights, ParameterKind.weight), (entry.biases, .bias)]
        {
          let leaf = PatternTrie.Leaf(definition: index, entry: number, parameter: parameter)
          for pattern in patterns { trie.insert(pattern, leaf) }
        }
      }
    }
    self.definitions = definitions
    self.trie = trie
  }

  /// Places every tensor of a checkpoint in its network.
  ///
  /// The definition that covers most parameters is chosen, ties going to the one that the
  /// configuration names; what it leaves (a vision tower, say) may go to others. With no definition
  /// for half of the parameters, roles come from the usual names of modules as far as those go, and
  /// `family` is nil.
  ///
  /// Whole models that stand beside it, each under a prefix of its own, are read each as a checkpoint of
  /// its own; their components are named by the prefix (`WrappedComponent`).
  ///
  /// - Complexity: O(tensors), whatever the number of definitions.
  package func canonicalise(_ checkpoint: Checkpoint) -> CanonicalModel {
    let reading = Canonicalisation(self, checkpoint)
    let matches = reading.matches()
    let models = reading.wholeModels(matches)
    guard let first = models.first, !models.isOrdinary(self) else {
      return inOneOrder(reading, matches.accepted)
    }
    let wrapped = Set(models.others.flatMap(\.members))
    var model = part(checkpoint, checkpoint.tensors.indices.filter { !wrapped.contains($0) }, first)
    for other in models.others {
      model.add(part(checkpoint.part(under: other), other.members, other), behind: other.prefix)
    }
    model.checkpoint = checkpoint
    model.sortTensors()
    return model
  }

  /// A whole model, read by itself.
  private func part(
    _ checkpoint: Checkpoint, _ members: [Int], _ model: WholeModels.Part
  ) -> CanonicalModel {
    var own = checkpoint
    own.tensors = members.map { checkpoint.tensors[$0] }
    let reading = Canonicalisation(self, own, behind: model.prefix)
    return inOneOrder(reading, reading.matches().accepted)
  }

  private func inOneOrder(
    _ reading: Canonicalisation, _ matches: [DefinitionMatches]
  ) -> CanonicalModel {
    var first = reading
    var model = first.model(matches)
    let across = model.componentsThatLieAcross
    if !across.isEmpty {
      // Once more: what is fused must be turned before it is taken apart.
      var turned = reading.turning(across)
      model = turned.model(matches)
    }
    model.bringAxesIntoOneOrder()
    model.bringGatesIntoOneOrder()
    return model
  }

  func entry(_ leaf: PatternTrie.Leaf) -> TensorEntry {
    definitions[leaf.definition].tensors[leaf.entry]
  }

  /// Whether a definition's patterns hold behind this prefix: its own, behind any wrappers.
  func accepts(prefix: Substring, definition: Int) -> Bool {
    if definitions[definition].prefixes.contains(String(prefix)) { return true }
    return conventions.wrappers.contains { wrapper in
      prefix.hasPrefix(wrapper)
        && accepts(prefix: prefix.dropFirst(wrapper.count), definition: definition)
    }
  }
}
