/// A scheme of packing weights that is recognised, so that its arrays are not taken for weights, and
/// not decoded.
struct UndecodedScheme: PackingRule {
  /// What reports call it.
  let name: String
  let endings: [String]
  let types: Set<ElementType>
  /// Endings behind the stem of arrays without which it is another scheme.
  let required: [String]
  /// Endings of arrays that may be there.
  let optional: [String]
  /// What the whole tensor's name ends in, behind the stem.
  let ending: String
  /// The extents of the numbers, or nil where the arrays are not of this scheme.
  let shape: @Sendable (PackedArrays) -> [Int]?

  init(
    _ name: String, codes endings: [String], _ types: Set<ElementType>, with required: [String],
    optional: [String] = [], as ending: String = ".weight",
    shape: @escaping @Sendable (PackedArrays) -> [Int]?
  ) {
    self.name = name
    self.endings = endings
    self.types = types
    self.required = required
    self.optional = optional
    self.ending = ending
    self.shape = shape
  }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    let beside = names.found(required.map { stem + $0 })
    guard beside.count == required.count,
      let shape = shape(PackedArrays(codes: codes, stem: stem, names: names)),
      let product = shape.productIfCounted, product > 0,
      // No scheme has less than a bit for a number: a shape that claims more would outweigh the
      // model.
      product / 8 <= codes.byteCount
    else { return nil }
    return Tensor(
      name: stem + ending, shape: shape,
      stored: codes.stored + beside + names.found(optional.map { stem + $0 }),
      decoding: .undecoded(scheme: name))
  }
}

/// The arrays of a group, for the shape that they hold.
struct PackedArrays {
  let codes: Tensor
  let stem: String
  let names: StoredNames

  subscript(ending: String) -> StoredArray? { names[stem + ending] }

  /// Extents of a matrix of codes; of anything else nil.
  var matrix: (rows: Int, columns: Int)? {
    codes.shape.count == 2 ? (codes.shape[0], codes.shape[1]) : nil
  }
}

extension [Int] {
  /// The product of extents, with room for a count in bits, unless it is more than can be counted.
  var productIfCounted: Int? {
    var product = 64
    for extent in self {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      product = next
    }
    return product / 64
  }
}
