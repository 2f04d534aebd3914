import Fingerprint

/// What differences between kin are measured on.
package enum KinSpace: String, Sendable, Codable {
  /// Sketches of matrices in the same place.
  case weights
  /// The numbers of these matrices, where the weights are at hand.
  case values
  /// Anchored circuits, which no change of basis and no order of neurons or heads alters.
  case circuits
}

extension KinGram {
  /// By circuits, for a subject whose numbers do not stand in place.
  ///
  /// In one frame circuits are smooth functions of the weights: what two models changed independently moves
  /// them independently, and what they share, alike. So the drift test holds for them as it does for weights, less
  /// what their curvature takes of β (method, section on kinship).
  ///
  /// Members are the relatives with the same anchors and layers. Nil without any, or without circuits.
  init?(circuitsOf subject: ModelFingerprint, relatives: [ReferenceComparison]) {
    guard let frame = subject.frame else { return nil }
    let layers = Dictionary(grouping: subject.circuits, by: \.component).mapValues {
      Set($0.map(\.layer)).count
    }
    let main = layers.max { ($0.value, $1.key) < ($1.value, $0.key) }
    guard let component = main?.key, let mine = CircuitTable(component: component, of: subject)
    else { return nil }
    let anchors = Set(frame.anchorIDs.keys)
    let tables: [(member: Int, table: CircuitTable)] = relatives.indices.compactMap { index in
      let other = relatives[index].fingerprint
      guard let theirs = other.frame, frame.kind.isComparable(with: theirs.kind),
        Set(theirs.anchorIDs.keys) == anchors
      else { return nil }
      let components = Set(other.circuits.map(\.component))
      let name =
        components.contains(component) || components.count != 1
        ? component : components.first ?? component
      guard let table = CircuitTable(component: name, of: other),
        table.layers.count == mine.layers.count, Set(table.rows.keys) == Set(mine.rows.keys)
      else { return nil }
      return (index, table)
    }
    let members = Self.nearest(tables, to: mine)
    guard !members.isEmpty else { return nil }
    let kinds = CircuitKind.allCases.filter { mine.rows[$0] != nil }
    self.init(
      .circuits, members: members.map(\.member),
      groups: kinds.flatMap { _ in mine.layers.indices }, layers: mine.layers)
    for kind in kinds {
      for layer in mine.layers.indices {
        add(
          mine.circuit(kind, layer), members.map { $0.table.circuit(kind, layer) })
      }
    }
  }

  private typealias Member = (member: Int, table: CircuitTable)

  /// The `limit` nearest, in their order.
  private static func nearest(_ tables: [Member], to mine: CircuitTable) -> [Member] {
    guard tables.count > limit else { return tables }
    let likeness = tables.map { entry in
      mine.rows.reduce(0.0) { sum, kind in
        sum
          + Double(zip(kind.value, entry.table.rows[kind.key] ?? []).reduce(0) { $0 + $1.0 * $1.1 })
      }
    }
    let order = tables.indices.sorted { (-likeness[$0], $0) < (-likeness[$1], $1) }
    return order.prefix(limit).sorted().map { tables[$0] }
  }
}

extension CircuitTable {
  /// `[4096]`, of norm 1.
  fileprivate func circuit(_ kind: CircuitKind, _ layer: Int) -> [Double] {
    (rows[kind] ?? [])[layer * Self.size..<(layer + 1) * Self.size].map(Double.init)
  }
}
