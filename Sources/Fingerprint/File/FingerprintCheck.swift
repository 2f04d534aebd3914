import Canonicalise
import Load

/// What every fingerprint satisfies that this tool makes, and on which later stages rely: a
/// fingerprint file is attacker-controlled.
enum FingerprintCheck {
  /// Elements of a whole model: counts are exact as `Double`, and sums of them do not overflow.
  private static let elementLimit = 1 << 53
  /// Rows and columns of all matrices together: comparing them takes time in proportion.
  private static let extentLimit = 1 << 31
  /// Definitions know a handful.
  private static let componentLimit = 1000
  /// Tables that may be embeddings, each with what is left of it without appended rows.
  private static let spectrumLimit = 256
  /// Layers, experts and sizes.
  private static let indexLimit = 1 << 31

  /// What is wrong, or nil.
  static func problem(in fingerprint: ModelFingerprint) -> String? {
    var names: Set<String> = []
    var components: Set<String> = []
    var (elements, extents) = (0, 0)
    for tensor in fingerprint.tensors {
      components.insert(tensor.component)
      guard names.insert(tensor.name).inserted else {
        return "\(LoadError.quote(tensor.name)) is there twice"
      }
      guard let count = elementCount(tensor.shape), count <= elementLimit - elements else {
        return "\(LoadError.quote(tensor.name)) has the shape \(tensor.shape)"
      }
      elements += count
      if let problem = problem(in: tensor, extents: &extents) {
        return "\(LoadError.quote(tensor.name)) has \(problem)"
      }
    }
    guard components.count <= componentLimit,
      fingerprint.circuits.allSatisfy({ components.contains($0.component) })
    else { return "its components are too many, or without tensors" }
    guard fingerprint.identity.parameters == elements else {
      return "it claims \(fingerprint.identity.parameters) parameters, and has \(elements)"
    }
    guard fingerprint.spectra.count <= spectrumLimit,
      !fingerprint.spectra.contains(where: \.isImpossible)
    else { return "the singular values of its tables are impossible" }
    guard fingerprint.dead.count <= fingerprint.tensors.count,
      fingerprint.dead.allSatisfy({
        names.contains($0.tensor) && (0...elements).contains($0.count)
          && (0...elements).contains($0.parameters)
          && ($0.rows.map { [$0.queries, $0.keys, $0.values] } ?? []).allSatisfy {
            (0...elements).contains($0)
          }
      })
    else { return "its dead units are impossible" }
    if let scaled = fingerprint.equilibrated {
      guard HubAddress.isDigest(scaled.subjectDigest, digits: 64),
        (0...fingerprint.tensors.count).contains(scaled.matrices),
        (0...elements).contains(scaled.parameters), scaled.spread > 0, scaled.spread.isFinite
      else { return "its equilibrated matrices are impossible" }
    }
    return problem(in: fingerprint.identity, tensors: fingerprint.tensors)
      ?? fingerprint.frame.flatMap(problem) ?? problem(in: fingerprint.circuits)
  }

  /// The product of a shape's extents, unless it is more than can be counted.
  static func elementCount(_ shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      // Also where another extent is 0: later stages multiply in any order.
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  private static func problem(in tensor: TensorFingerprint, extents: inout Int) -> String? {
    let moments = tensor.moments
    guard isIndex(tensor.layer), isIndex(tensor.expert) else { return "no possible layer" }
    let real = [
      moments.mean, moments.standardDeviation, moments.excessKurtosis, moments.absoluteMaximum,
    ]
    guard real.allSatisfy(\.isFinite), moments.standardDeviation >= 0 else {
      return "moments that are no numbers"
    }
    guard (0...elementLimit).contains(moments.count),
      [moments.zeros, moments.nans, moments.infinities].allSatisfy({
        (0...moments.count).contains($0)
      })
    else { return "impossible counts" }
    switch tensor.encoding?.precision {
    case .significand(let bits) where !(1...64).contains(bits),
      .grid(let bits, _) where !(1...16).contains(bits):
      return "an impossible precision"
    default: break
    }
    if let grid = tensor.grid {
      guard (1...QuantisationGrid.maximumBits).contains(grid.bits), (grid.group ?? 1) >= 1 else {
        return "an impossible grid"
      }
    }
    if let sample = tensor.sample, sample.values.count != tensor.sampleCount {
      return "single values that cannot be its own"
    }
    switch tensor.sketch {
    case .none: return nil
    case .vector(let values):
      guard values.count == min(moments.count, VectorSketch.length),
        values.allSatisfy(\.isFinite)
      else { return "a sketch that cannot be its own" }
    case .matrix(let sketch):
      let side = LinearSketch.side
      let (product, overflow) = sketch.rows.multipliedReportingOverflow(by: sketch.columns)
      guard sketch.rows >= 1, sketch.columns >= 1, !overflow, product == moments.count,
        sketch.raw.count == side * side, sketch.columnMeans.count == side,
        sketch.rowMeans.count == side, sketch.raw.allSatisfy(\.isFinite),
        sketch.columnMeans.allSatisfy(\.isFinite), sketch.rowMeans.allSatisfy(\.isFinite)
      else { return "a sketch that cannot be its own" }
      guard sketch.rows <= extentLimit, sketch.columns <= extentLimit,
        sketch.rows + sketch.columns <= extentLimit - extents
      else { return "more rows and columns than are compared" }
      extents += sketch.rows + sketch.columns
    }
    return nil
  }

  private static func problem(
    in identity: ModelFingerprint.Identity, tensors: [TensorFingerprint]
  ) -> String? {
    guard identity.digest == ModelFingerprint.rootDigest(of: tensors) else {
      return "its root digest is not that of its tensors"
    }
    let sizes = identity.dimensions.values.flatMap { size in
      [
        size.hidden, size.layers, size.heads, size.keyValueHeads, size.headSize, size.valueHeadSize,
        size.feedForward, size.vocabulary, size.experts,
      ]
    }
    guard isIndex(identity.files), sizes.allSatisfy(isIndex) else {
      return "its dimensions are impossible"
    }
    return nil
  }

  private static func problem(in frame: FrameSummary) -> String? {
    guard isIndex(frame.vocabularySize), isIndex(frame.rank),
      frame.anchorIDs.count <= AnchorList.limit
    else { return "its frame is impossible" }
    guard
      frame.anchorIDs.allSatisfy({
        AnchorList.standard.isKey($0.key) && (0..<frame.vocabularySize).contains($0.value)
      })
    else { return "its anchors are outside the vocabulary" }
    guard TableSpectrum.arePossible(frame.spectrum ?? []) else {
      return "its singular values are impossible"
    }
    if frame.contradiction?.isImpossible ?? false { return "its vocabulary is impossible" }
    return nil
  }

  private static func problem(in circuits: [LayerCircuits]) -> String? {
    let size = LayerCircuits.side * LayerCircuits.side
    var places: Set<String> = []
    for layer in circuits {
      guard isIndex(layer.layer), isIndex(layer.expert) else { return "a circuit has no place" }
      let place = "\(layer.component)\0\(layer.layer)\0\(layer.expert ?? -1)"
      guard places.insert(place).inserted, !layer.circuits.isEmpty else {
        return "layer \(layer.layer) has circuits twice, or none"
      }
      guard layer.circuits.values.allSatisfy({ $0.count == size && $0.allSatisfy(\.isFinite) })
      else { return "a circuit of layer \(layer.layer) is no matrix of numbers" }
    }
    return nil
  }

  private static func isIndex(_ value: Int?) -> Bool {
    value.map { (0..<indexLimit).contains($0) } ?? true
  }
}
