package import Load

/// What the Canonicalise stage hands on: the tensors of a checkpoint with their place in the network.
package struct CanonicalModel: Sendable {
  package var checkpoint: Checkpoint
  /// Family of the matching architecture definition (`llama`, `gpt2`, `keras`…), or nil.
  package var family: String?
  package var normalisation: Normalisation
  /// Sizes read off config.json and, failing that, off tensor shapes; per component.
  package var dimensions: [String: Dimensions]
  /// Every numeric tensor of the checkpoint, or its parts where the file fuses several; nothing is
  /// dropped: what no definition describes has role `unknown`.
  package var tensors: [CanonicalTensor]
  /// What could not be mapped, and why, in words for the report.
  package var notes: [String]
  /// Where config.json says something else than the tensors show.
  package var contradictions: [ConfigContradiction]
  /// Name of the embedding that anchors circuits; nil for the first.
  package var anchorName: String?
  /// How norm gains are stored in the models that stand beside the first one, by their prefix.
  package var wrapped: [String: Normalisation] = [:]

  package init(
    checkpoint: Checkpoint, family: String?, normalisation: Normalisation = Normalisation(),
    dimensions: [String: Dimensions], tensors: [CanonicalTensor], notes: [String] = [],
    contradictions: [ConfigContradiction] = []
  ) {
    self.checkpoint = checkpoint
    self.family = family
    self.normalisation = normalisation
    self.dimensions = dimensions
    self.tensors = tensors
    self.notes = notes
    self.contradictions = contradictions
  }
}

/// How norm gains enter the matrices that read them.
package struct Normalisation: Sendable, Codable, Equatable {
  /// Added to the stored gain (Gemma stores γ − 1, so 1).
  package var gainOffset: Double

  package init(gainOffset: Double = 0) {
    self.gainOffset = gainOffset
  }
}

/// Sizes of one component; nil where neither the configuration nor a shape tells.
package struct Dimensions: Sendable, Equatable, Codable {
  package var hidden: Int?
  package var layers: Int?
  package var heads: Int?
  package var keyValueHeads: Int?
  /// Size of one query and key head.
  package var headSize: Int?
  /// Size of one value head, where it differs from `headSize` (latent attention).
  package var valueHeadSize: Int?
  package var feedForward: Int?
  package var vocabulary: Int?
  package var experts: Int?

  package init(
    hidden: Int? = nil, layers: Int? = nil, heads: Int? = nil, keyValueHeads: Int? = nil,
    headSize: Int? = nil, valueHeadSize: Int? = nil, feedForward: Int? = nil,
    vocabulary: Int? = nil, experts: Int? = nil
  ) {
    self.hidden = hidden
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    self.valueHeadSize = valueHeadSize
    self.feedForward = feedForward
    self.vocabulary = vocabulary
    self.experts = experts
  }
}

/// One tensor, or one part of a fused tensor, in canonical form.
package struct CanonicalTensor: Sendable {
  /// Unique in the model: the stored name, with `#part` behind it for parts of fused tensors.
  package var name: String
  package var source: Tensor
  /// Stack of layers it belongs to: `decoder`, `encoder`, `vision`, `adapter`, or `model` for
  /// networks that have just one.
  package var component: String
  package var role: TensorRole
  package var parameter: ParameterKind
  package var layer: Int?
  package var expert: Int?
  package var view: TensorView

  package init(
    name: String, source: Tensor, component: String, role: TensorRole,
    parameter: ParameterKind = .weight, layer: Int? = nil, expert: Int? = nil, view: TensorView
  ) {
    self.name = name
    self.source = source
    self.component = component
    self.role = role
    self.parameter = parameter
    self.layer = layer
    self.expert = expert
    self.view = view
  }
}

/// How a canonical matrix lies in a stored tensor.
///
/// The stored tensor, from element `offset` on, is read as a row-major matrix of `storedColumns`
/// columns; `rows` and `columns` select from it; `transposed` says that the selected matrix is
/// `[in, out]` and must be read as its transpose. A vector is one stored row.
package struct TensorView: Sendable, Equatable {
  package var offset: Int
  package var storedColumns: Int
  package var rows: Selection
  package var columns: Selection
  package var transposed: Bool
  /// Extents of the canonical tensor as its users know it: `[out, in]`, `[n]`, or the extents of an
  /// N-dimensional tensor that `rows` × `columns` flattens.
  package var shape: [Int]

  /// `count` indices in runs of `block`, successive runs `stride` apart:
  /// index i is `start + (i / block) * stride + i % block`, where in heads whose halves are stored in
  /// pairs, i is first taken to its place among those.
  package struct Selection: Sendable, Equatable {
    package var start: Int
    package var count: Int
    package var block: Int
    package var stride: Int
    /// Size of heads whose halves are stored in pairs: entry j of the first half at 2j, of the second
    /// at 2j + 1; 0 if none are.
    package var pairedHead = 0

    package init(start: Int, count: Int, block: Int, stride: Int) {
      self.start = start
      self.count = count
      self.block = block
      self.stride = stride
    }

    /// A contiguous range.
    package init(_ range: Range<Int>) {
      self.init(
        start: range.lowerBound, count: range.count, block: max(range.count, 1),
        stride: max(range.count, 1))
    }

    package var isContiguous: Bool { pairedHead == 0 && (block >= count || block == stride) }

    package func index(_ i: Int) -> Int {
      let place = pairedHead == 0 ? i : placeInPairs(i)
      return start + (place / block) * stride + place % block
    }

    private func placeInPairs(_ i: Int) -> Int {
      let (head, entry) = i.quotientAndRemainder(dividingBy: pairedHead)
      let half = pairedHead / 2
      return head * pairedHead + (entry < half ? 2 * entry : 2 * (entry - half) + 1)
    }
  }

  package init(
    offset: Int, storedColumns: Int, rows: Selection, columns: Selection, transposed: Bool,
    shape: [Int]
  ) {
    self.offset = offset
    self.storedColumns = storedColumns
    self.rows = rows
    self.columns = columns
    self.transposed = transposed
    self.shape = shape
  }

  /// Rows of the canonical matrix (`out`).
  package var rowCount: Int { transposed ? columns.count : rows.count }

  /// Columns of the canonical matrix (`in`).
  package var columnCount: Int { transposed ? rows.count : columns.count }

  package var elementCount: Int { rows.count * columns.count }
}
