/// A stack of layers, an embedding or a head, and where it comes from.
package struct Component: Sendable, Codable {
  package var name: String
  package var relation: Relation
  package var reference: String?
  package var derivedShare: Double?
  /// False where it is too small for its origin to be told; nil in records of earlier builds.
  package var isTested: Bool?

  package init(
    name: String, relation: Relation, reference: String?, derivedShare: Double?,
    isTested: Bool = true
  ) {
    self.isTested = isTested
    self.name = name
    self.relation = relation
    self.reference = reference
    self.derivedShare = derivedShare
  }
}

/// One layer of the subject against its counterpart (`--detail layers`).
package struct LayerDetail: Sendable, Codable {
  package var component: String
  package var layer: Int
  package var reference: String?
  package var referenceLayer: Int?
  package var similarity: Double
  package var derivedShare: Double
  package var relativeChange: Double
  /// Share of the layer's parameters that are byte-identical.
  package var unchanged: Double
  /// Where the layer is narrower than its counterpart: the neurons of the counterpart that it kept,
  /// and the query heads.
  package var keptNeurons: [Int]?
  package var keptHeads: [Int]?
  /// Of a merge: a coefficient for each parent, in their order; nil where there is none.
  package var coefficients: [Double]?
  /// False where so few numbers would show no origin; nil in records of earlier builds.
  package var isTested: Bool?

  package init(
    component: String, layer: Int, reference: String?, referenceLayer: Int?, similarity: Double,
    derivedShare: Double, relativeChange: Double, unchanged: Double, keptNeurons: [Int]? = nil,
    keptHeads: [Int]? = nil, isTested: Bool = true
  ) {
    self.isTested = isTested
    self.keptNeurons = keptNeurons
    self.keptHeads = keptHeads
    self.component = component
    self.layer = layer
    self.reference = reference
    self.referenceLayer = referenceLayer
    self.similarity = similarity
    self.derivedShare = derivedShare
    self.relativeChange = relativeChange
    self.unchanged = unchanged
  }
}

/// One tensor of the subject against its counterpart (`--detail tensors`).
package struct TensorDetail: Sendable, Codable {
  package var name: String
  package var role: String
  /// Part of the network; nil in records of earlier builds.
  package var component: String?
  package var shape: [Int]
  package var reference: String?
  package var referenceTensor: String?
  package var status: TensorStatus
  package var cosine: Double?
  package var z: Double?
  package var relativeChange: Double?

  package init(
    name: String, role: String, shape: [Int], reference: String?, referenceTensor: String?,
    status: TensorStatus, cosine: Double?, z: Double?, relativeChange: Double?
  ) {
    self.name = name
    self.role = role
    self.shape = shape
    self.reference = reference
    self.referenceTensor = referenceTensor
    self.status = status
    self.cosine = cosine
    self.z = z
    self.relativeChange = relativeChange
  }
}
