/// What lining up one block showed.
struct BlockOutcome: Sendable {
  /// How the units of a block are ordered.
  struct Order: Sendable {
    var matchedShare: Double
    /// Units whose counterpart is beyond doubt.
    var matched: Int
    /// Share of those that would have to move to restore the reference's order.
    var movedShare: Double
  }

  /// What became of the inner basis of attention heads: the rows of value and output, or of query
  /// and key, that one head multiplies.
  struct InnerBasis: Sendable {
    /// Mean cosine of the heads' products, which no inner map changes.
    var product: Double
    /// Mean cosine of the rows themselves.
    var direct: Double
    /// Share of the rows with a clear counterpart at another place of the head.
    var movedShare: Double
    /// Mean cosine of the rows with the most alike of any place.
    var peaked: Double
    var scales: ScalePair
  }

  var layer: Recovery.Layer
  var shares: [AlignedShare] = []
  var neurons: Order?
  var neuronScales: ScalePair?
  var heads: Order?
  var valueOutput: InnerBasis?
  var queryKey: InnerBasis?

  init(layer: Recovery.Layer) { self.layer = layer }
}
