package import Canonicalise
package import Load

/// What is kept of one canonical tensor.
package struct TensorFingerprint: Sendable, Equatable {
  package var name: String
  package var component: String
  package var role: TensorRole
  package var parameter: ParameterKind
  package var layer: Int?
  package var expert: Int?
  package var elementType: ElementType
  /// Extents as the checkpoint's users know them.
  package var shape: [Int]
  /// Whether the file stores the transpose of the canonical matrix.
  package var storedTransposed: Bool
  /// Identity of the stored bytes.
  package var digest: TensorDigest
  /// How the numbers are encoded; nil where bytes are numbers of `elementType`.
  package var encoding: Encoding?
  /// Of encoded numbers: the digest that a tensor has which holds them in bfloat16, so that the same
  /// values are recognised in another container.
  package var decodedDigest: TensorDigest?
  package var moments: Moments
  package var grid: QuantisationGrid?
  package var sketch: Sketch
  /// Share of the energy that prediction from neighbours leaves (`Predictability`); nil where lines
  /// are too short.
  package var unpredictable: Double?
  /// What anybody could compute it by.
  package var formula: Formula?
  /// Single values of a matrix, nil in fingerprints of format 2; of a vector of more than 256 entries, nil in
  /// those from before there were any.
  package var sample: ValueSample?
  /// Whether it is no more than a claim that it is a constant; never stored, since comparisons decide it.
  ///
  /// A formula is told from a few windows of the tensor, which whoever knows them can overwrite, and anybody
  /// can give weights the name of a mask.
  package var isConstancyDoubted = false

  package struct Encoding: Sendable, Equatable, Codable {
    /// That of `TensorDecoding.name`, or of a scheme that is not decoded.
    package var name: String
    /// What storing the numbers so has cost; nil where they are not decoded.
    package var precision: Precision?

    package init(name: String, precision: Precision?) {
      self.name = name
      self.precision = precision
    }
  }

  package enum Sketch: Sendable, Equatable {
    /// A matrix in canonical orientation `[out, in]`.
    case matrix(LinearSketch)
    /// A vector: less its mean, whole if it has at most 256 entries, else folded into 256.
    case vector([Float])
    /// Nothing to compare: no elements, or not real numbers.
    case none
  }

  package var elementCount: Int { shape.reduce(1, *) }

  package var matrix: LinearSketch? {
    if case .matrix(let sketch) = sketch { sketch } else { nil }
  }

  package var vector: [Float]? {
    if case .vector(let values) = sketch { values } else { nil }
  }

  /// How many single values it has, if it has any.
  package var sampleCount: Int {
    switch sketch {
    case .matrix(let sketch): ValueSample.count(rows: sketch.rows, columns: sketch.columns)
    case .vector: ValueSample.count(ofVector: moments.count)
    case .none: 0
    }
  }

  /// Whether all values are equal (ones, zeros): such a tensor tells nothing.
  package var isConstant: Bool { moments.standardDeviation == 0 }

  /// Whether these are weights whose numbers were not decoded.
  package var isUndecoded: Bool { encoding.map { $0.precision == nil } ?? false }

  /// Whether it is what an adapter adds to a weight, and no weight.
  package var isChange: Bool { encoding?.name == WeightChange.name }

  /// Whether it is a change, or a piece of one that is stored by itself.
  var belongsToAdapter: Bool {
    isChange || role == .adapterDown || role == .adapterUp || name.hasSuffix(".ia3_l")
  }

  /// Whether the numbers are real ones, read as such.
  private var isDecodedNumber: Bool { encoding == nil ? elementType.isRealNumber : !isUndecoded }

  /// Whether equal values could be evidence of descent.
  package var isEvidence: Bool {
    guard isDecodedNumber, !isBuffer, !isConstant else { return false }
    if case .none = sketch { return false }
    return true
  }

  /// Whether the tensor is one that no training sets: not a parameter, whatever it is stored as; nor is
  /// one of a part that is not read.
  package var isBuffer: Bool {
    role == .constant || hasConstantFormula && !isConstancyDoubted
      || ModelReading.leavesOut(component)
  }

  /// Whether nothing but its name says that no training sets its many numbers.
  package var isConstantByNameAlone: Bool {
    role == .constant && !hasConstantFormula && isDecodedNumber && !isConstant
      && elementCount >= Self.substance
  }

  /// Whether it looks like what anybody can compute.
  package var hasConstantFormula: Bool { formula?.isConstant ?? false }

  /// Values from which on a tensor cannot be equal by accident, nor be a small table.
  package static let substance = 4096

  /// Whether nothing shows that its numbers were learned: neither they, nor its place in a layer, which tells it unless
  /// they are plain draws.
  package var isUnlearned: Bool { isUnlearned(of: formula) }

  /// The same of numbers whose formula is known otherwise.
  private func isUnlearned(of formula: Formula?) -> Bool {
    guard let formula, !formula.isConstant else { return false }
    return formula == .random || layer == nil || role == .unknown
  }

  /// Whether nothing shows that numbers which another tensor holds too, bit for bit, were learned.
  ///
  /// This one's place decides, for whoever takes learned numbers over may give them any name; of this one's
  /// formula the other's says the same, where this one is of a fingerprint from before such were told.
  package func isUnlearned(equal other: TensorFingerprint) -> Bool {
    isUnlearned(of: formula ?? other.formula)
  }

  /// Whether it is large enough, and drawn by no plain generator, so that equal moments are equal numbers.
  package var isDistinct: Bool {
    isEvidence && formula != .random && elementCount >= Self.substance
  }

  /// Whether equal bytes are evidence by themselves: learned numbers, and many of them.
  package var isSubstantial: Bool { isDistinct && !isUnlearned }

  /// Whether it is evidence by itself that a reference's tensor holds these very numbers.
  package func isSubstantial(equal reference: TensorFingerprint) -> Bool {
    isDistinct && !reference.isUnlearned(equal: self)
  }

  /// Bits of the significand of the numbers; nil where they lie on a grid.
  package var precision: Precision {
    encoding?.precision ?? .significand(bits: elementType.significandBits)
  }

  /// Bits of the grid that the values lie on: one that was found among them, or that of their codes.
  package var gridBits: Int? {
    if let grid { return grid.bits }
    switch encoding?.precision {
    case .grid(let bits, _): return bits
    // Four-bit floats: the least numbers of a block are rounded to zero as on a grid.
    case .significand(let bits) where bits < 3: return 2 * bits
    case .significand, nil: return nil
    }
  }

  /// Bits that the way of storing numbers keeps of them, besides the sign.
  package var keptBits: Int {
    switch precision {
    case .significand(let bits): bits
    case .grid(let bits, _): max(bits - 1, 1)
    }
  }
}

extension TensorFingerprint.Sketch {
  /// None in place of one with sums beyond what a float holds (masks of the least float).
  var ifFinite: Self {
    let isFinite =
      switch self {
      case .none: true
      case .vector(let values): values.allSatisfy(\.isFinite)
      case .matrix(let sketch):
        sketch.raw.allSatisfy(\.isFinite) && sketch.columnMeans.allSatisfy(\.isFinite)
          && sketch.rowMeans.allSatisfy(\.isFinite)
      }
    return isFinite ? self : .none
  }
}

extension Tensor {
  /// How its numbers are encoded, if bytes are not numbers.
  var encoding: TensorFingerprint.Encoding? {
    switch decoding {
    case .plain: nil
    case .encoded(let decoding):
      TensorFingerprint.Encoding(name: type(of: decoding).name, precision: decoding.precision)
    case .undecoded(let scheme):
      isRealNumber ? TensorFingerprint.Encoding(name: scheme, precision: nil) : nil
    }
  }

  /// In words: `MLX, U32`.
  package var storedAs: String {
    guard let encoding, encoding.name != elementType.rawValue else { return elementType.rawValue }
    return "\(encoding.name), \(elementType.rawValue)"
  }
}
