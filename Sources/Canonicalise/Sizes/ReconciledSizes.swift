/// Puts together what the configuration states and what the shapes show.
///
/// Where they differ, shapes win.
struct ReconciledSizes {
  var dimensions: Dimensions
  var notes: [String] = []
  var contradictions: [ConfigContradiction] = []

  init(dimensions: Dimensions) {
    self.dimensions = dimensions
  }

  /// Settles all sizes but those that need fused tensors taken apart; `component` is for notes.
  init(configured: Dimensions, votes: ShapeVotes, component: String) {
    dimensions = configured
    let shown = votes.dimensions(of: component)
    for name in DimensionName.allCases {
      guard let size = shown[name] else { continue }
      dimensions[name] = size
      guard let stated = configured[name], stated != size,
        !votes.supports(stated, for: name, in: component)
      else { continue }
      contradictions.append(ConfigContradiction(name, stated, size, component))
    }
  }

  /// Head counts follow from the rows of query and key: from the head size if it divides them, else
  /// from the number of heads.
  ///
  /// - Parameter isNormWhole: whether the norm of queries spans all heads (OLMo 2), and tells no head's size.
  mutating func settleHeads(
    queryRows: Int?, keyRows: Int?, isNormWhole: Bool, component: String
  ) {
    guard let queryRows, let keyRows, queryRows > 0, keyRows > 0 else { return }
    let stated = dimensions
    var size = isNormWhole ? nil : stated.headSize
    if size == nil, let heads = stated.heads, heads > 0, queryRows.isMultiple(of: heads) {
      size = queryRows / heads
    }
    guard let size = size ?? stated.headSize, size > 0, queryRows.isMultiple(of: size),
      keyRows.isMultiple(of: size)
    else {
      if stated.heads != nil || stated.headSize != nil {
        notes.append(
          "config.json's attention heads do not divide the \(queryRows) query and \(keyRows) key"
            + " rows of the \(component)")
      }
      (dimensions.heads, dimensions.keyValueHeads, dimensions.headSize) = (nil, nil, nil)
      return
    }
    dimensions.headSize = size
    for (name, rows) in [(DimensionName.heads, queryRows), (.keyValueHeads, keyRows)] {
      dimensions[name] = rows / size
      if let before = stated[name], before != rows / size {
        contradictions.append(ConfigContradiction(name, before, rows / size, component))
      }
    }
  }
}
