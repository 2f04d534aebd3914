import Compare
import Fingerprint

/// Batch norms that one of two models has in the kernels before them, or as one factor and one summand of each
/// channel, as converters leave them, and the other by themselves.
///
/// Where a norm follows a convolution, outputs of channel c are γ / √(σ² + ε) times those of the kernel, and
/// the bias follows: s·(b − μ) + β. Both are predicted from the numbers of the model with the norms alone and
/// held against the other's, single values of the kernel and all of the bias, so that nothing is fitted but
/// which norm it is and its ε. So are the factors and summands that Keras' exporter to ONNX writes. Of norms of
/// more than 256 channels single numbers are kept, of the channels that the kernels' single values belong to.
struct FoldedNorms {
  /// The norm in the one model, and the kernel or the factors in the other, by their names.
  struct Fold: Equatable {
    var reference: String
    var subject: String
  }

  private(set) var folds: [Fold] = []
  /// Kernels of the subject.
  private var kernels: Set<Int> = []
  /// Vectors of the subject, and those of the reference that they stand for.
  private var counterparts: [Int: Int] = [:]

  /// What frameworks add to the variance.
  private static let epsilons = [1e-3, 1e-5, 1e-6, 1e-4, 1e-2]
  /// Error of float32 numbers that were multiplied and stored in single precision, relative to them.
  private static let precision = 2e-5
  /// The same of biases, in which large numbers cancel.
  private static let biasPrecision = 2e-4
  /// Values of a kernel, and channels, that are looked at, at least.
  private static let fewestValues = 16
  fileprivate static let fewestChannels = 4
  /// What is left of the difference of the two kernels, at most.
  private static let mostLeft = 0.1
  /// Norms, and vectors, that kernels are held against, in all; the deepest networks need a tenth.
  private static let mostTests = 1 << 18

  init(subject: ModelFingerprint, comparison: ReferenceComparison) {
    let reference = comparison.fingerprint
    search(plain: reference, folded: subject, in: Sides(subject, comparison, isReversed: false))
    guard folds.isEmpty else { return }
    search(plain: subject, folded: reference, in: Sides(subject, comparison, isReversed: true))
  }

  /// A subject and a reference, and which of them has the norms by themselves.
  private struct Sides {
    let subject: ModelFingerprint
    let comparison: ReferenceComparison
    /// Whether it is the subject.
    let isReversed: Bool

    init(_ subject: ModelFingerprint, _ comparison: ReferenceComparison, isReversed: Bool) {
      (self.subject, self.comparison, self.isReversed) = (subject, comparison, isReversed)
    }

    /// Tensors of the model with the norms folded that are the other's byte for byte.
    var takenVectors: Set<Int> {
      Set(
        comparison.pairs.enumerated().compactMap { index, pair in
          guard let pair, pair.match == .equal else { return nil }
          return isReversed ? pair.reference : index
        })
    }
  }

  private mutating func search(
    plain: ModelFingerprint, folded: ModelFingerprint, in sides: Sides
  ) {
    let norms = Norm.all(of: plain)
    guard !norms.isEmpty else { return }
    var open = Dictionary(grouping: norms, by: \.count)
    let biases = Self.biases(of: plain)
    let vectors = Dictionary(
      grouping: folded.tensors.indices.filter { folded.tensors[$0].isVector },
      by: { folded.tensors[$0].elementCount })
    var used: Set<Int> = []
    var tests = Self.mostTests
    for index in sides.subject.tensors.indices where tests > 0 {
      guard let kernel = Kernel(index, in: sides),
        let (norm, factors) = kernel.takeNorm(from: &open, tests: &tests)
      else { continue }
      let own = biases[TensorPath(kernel.plainName).layer]
      let bias = Self.bias(
        own.map { plain.tensors[$0] }, norm, factors, of: folded,
        among: vectors[norm.count] ?? [], tests: &tests)
      kernels.insert(index)
      used.formUnion([kernel.foldedIndex, bias].compactMap(\.self))
      add(norm, own: own, to: kernel.foldedIndex, bias, of: folded, in: sides)
    }
    let taken = sides.takenVectors
    for norm in open.sorted(by: { $0.key < $1.key }).flatMap(\.value) where tests > 0 {
      let candidates = (vectors[norm.count] ?? []).filter {
        !taken.contains($0) && !used.contains($0)
      }
      guard let (index, factors) = norm.factors(of: folded, among: candidates, tests: &tests)
      else { continue }
      // Short constants of sums are not always read.
      let summand = Self.bias(
        nil, norm, factors, of: folded, among: candidates, tests: &tests)
      used.formUnion([index, summand].compactMap(\.self))
      if !sides.isReversed { counterparts[index] = norm.gainIndex ?? norm.varianceIndex }
      add(norm, own: nil, to: index, summand, of: folded, in: sides)
    }
  }

  /// - Parameters:
  ///   - own: the bias before the norm, in the model that has the norm by itself.
  ///   - index: of the kernel or the factors that it went into, in the other.
  ///   - bias: of the bias or the summand there.
  private mutating func add(
    _ norm: Norm, own: Int?, to index: Int, _ bias: Int?, of folded: ModelFingerprint,
    in sides: Sides
  ) {
    let name = folded.tensors[index].name
    guard sides.isReversed else {
      folds.append(Fold(reference: norm.path, subject: name))
      if let bias, let offset = norm.offsetIndex {
        counterparts[bias] = sides.comparison.pairs[bias]?.reference ?? offset
      }
      return
    }
    folds.append(Fold(reference: name, subject: norm.path))
    for part in [norm.gainIndex, norm.varianceIndex].compactMap(\.self) {
      counterparts[part] = index
    }
    guard let bias else { return }
    for part in [norm.meanIndex, norm.offsetIndex, own].compactMap(\.self) {
      counterparts[part] = bias
    }
  }

  /// The comparison as if the norms were folded on both sides.
  func applied(to comparison: ReferenceComparison) -> ReferenceComparison {
    var comparison = comparison
    for kernel in kernels {
      comparison.pairs[kernel]?.cosine = 1
      comparison.pairs[kernel]?.relativeChange = 0
    }
    for (vector, counterpart) in counterparts {
      comparison.pairs[vector] = .accounted(for: counterpart)
    }
    return comparison
  }

  func contains(_ index: Int) -> Bool {
    kernels.contains(index) || counterparts.keys.contains(index)
  }

  /// The bias of each layer, by the layer's name.
  private static func biases(of model: ModelFingerprint) -> [String: Int] {
    var result: [String: Int] = [:]
    for (index, tensor) in model.tensors.enumerated() {
      let place = TensorPath(tensor.name)
      if result[place.layer] == nil,
        place.last == "bias" || place.isNumbered && place.last == "1"
      {
        result[place.layer] = index
      }
    }
    return result
  }

  /// The vector that a bias became; nil where none is that.
  private static func bias(
    _ own: TensorFingerprint?, _ norm: Norm, _ factors: [Double], of folded: ModelFingerprint,
    among vectors: [Int], tests: inout Int
  ) -> Int? {
    let before = own.flatMap { $0.elementCount == norm.count ? $0.numbers : nil }
    let expected = factors.indices.map { index in
      factors[index] * ((before?[index] ?? 0) - norm.mean[index]) + norm.offset[index]
    }
    let size = expected.reduce(0) { $0 + $1 * $1 }
    guard size > 0 else { return nil }
    for index in vectors where tests > 0 {
      tests -= 1
      let tensor = folded.tensors[index]
      guard let found = tensor.numbers else { continue }
      let limit = max(biasPrecision, 4 * Rounding.unit(tensor))
      if squares(found, expected) <= limit * limit * size { return index }
    }
    return nil
  }

  /// The sum of squared differences.
  private static func squares(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// A kernel in single values, without the factors of a norm and with them.
  private struct Kernel {
    /// Of the one without, in its model.
    let plainName: String
    /// Of the one with them, in its model.
    let foldedIndex: Int
    private let before: [Double]
    private let after: [Double]
    /// Where the numbers of the channel of each value stand in a vector, as either axis tells it.
    private let channels: [(count: Int, indices: [Int])]
    private let precision: Double

    /// - Parameter index: of the subject's.
    init?(_ index: Int, in sides: Sides) {
      guard let pair = sides.comparison.pairs[index], pair.match != .equal, !pair.transposed else {
        return nil
      }
      let tensor = sides.subject.tensors[index]
      let other = sides.comparison.fingerprint.tensors[pair.reference]
      guard tensor.isEvidence, other.isEvidence, let mine = tensor.matrix,
        let theirs = other.matrix, mine.rows == theirs.rows, mine.columns == theirs.columns,
        let new = tensor.sample?.values, let old = other.sample?.values,
        new.count == old.count, new.count >= FoldedNorms.fewestValues,
        (new + old).allSatisfy(\.isFinite)
      else { return nil }
      let draws = ValueSample.draws(rows: mine.rows, columns: mine.columns)
      guard draws.count == new.count else { return nil }
      func indices(_ draw: (_ place: (row: Int, column: Int)) -> Int, of count: Int) -> [Int] {
        draws.map { TensorFingerprint.index(ofDraw: draw($0), of: count) }
      }
      (plainName, foldedIndex) =
        sides.isReversed ? (tensor.name, pair.reference) : (other.name, index)
      (before, after) =
        sides.isReversed
        ? (new.map(Double.init), old.map(Double.init))
        : (old.map(Double.init), new.map(Double.init))
      var channels = [(mine.rows, indices(\.row, of: mine.rows))]
      // Outputs of a transposed convolution are its second axis.
      if other.shape.count > 2, other.shape[0] == mine.rows, other.shape[1] > 0,
        mine.columns.isMultiple(of: other.shape[1])
      {
        channels.append((other.shape[1], indices(\.column, of: other.shape[1])))
      }
      self.channels = channels
      precision = max(FoldedNorms.precision, 2 * max(Rounding.unit(tensor), Rounding.unit(other)))
    }

    /// The first norm that led from the one to the other, taken out of those with as many channels, and what it
    /// multiplies each by.
    func takeNorm(
      from open: inout [Int: [Norm]], tests: inout Int
    ) -> (norm: Norm, factors: [Double])? {
      for count in Set(channels.map(\.count)).sorted() {
        guard let norms = open[count] else { continue }
        for (position, norm) in norms.enumerated() where tests > 0 {
          tests -= 1
          guard let factors = factors(of: norm) else { continue }
          open[count]?.remove(at: position)
          return (norm, factors)
        }
      }
      return nil
    }

    /// What a norm multiplies each channel by, if that led from the one to the other.
    func factors(of norm: Norm) -> [Double]? {
      let size = after.reduce(0) { $0 + $1 * $1 }
      let plain = zip(after, before).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      for (count, places) in channels where count == norm.count {
        guard Set(places).count >= min(count, FoldedNorms.fewestChannels) else { continue }
        for epsilon in FoldedNorms.epsilons {
          let factors = norm.factors(epsilon)
          let error = places.indices.reduce(0.0) { sum, index in
            let difference = after[index] - before[index] * factors[places[index]]
            return sum + difference * difference
          }
          if error <= precision * precision * size, error <= FoldedNorms.mostLeft * plain {
            return factors
          }
        }
      }
      return nil
    }
  }

  /// The numbers of a batch norm, as `TensorFingerprint.numbers` has them.
  private struct Norm {
    let path: String
    /// How many channels it has.
    let count: Int
    let gain: [Double]?
    let offset: [Double]
    let gainIndex: Int?
    let offsetIndex: Int?
    let meanIndex: Int?
    let varianceIndex: Int?
    let mean: [Double]
    private let variance: [Double]

    func factors(_ epsilon: Double) -> [Double] {
      variance.indices.map { (gain?[$0] ?? 1) / (variance[$0] + epsilon).squareRoot() }
    }

    static func all(of model: ModelFingerprint) -> [Norm] {
      var layers: [String: [String: Int]] = [:]
      var order: [String] = []
      for (index, tensor) in model.tensors.enumerated() where tensor.matrix == nil {
        let place = TensorPath(tensor.name)
        guard let part = place.normPart else { continue }
        if layers[place.layer] == nil { order.append(place.layer) }
        layers[place.layer, default: [:]][part] = index
      }
      return order.compactMap { path in layers[path].flatMap { Norm(path, $0, of: model) } }
    }

    private init?(_ path: String, _ parts: [String: Int], of model: ModelFingerprint) {
      func numbers(_ part: String) -> [Double]? {
        parts[part].flatMap { model.tensors[$0].numbers }
      }
      let counts = Set(parts.values.map { model.tensors[$0].elementCount })
      guard let mean = numbers("mean"), let variance = numbers("variance"), counts.count == 1,
        let count = counts.first, count >= FoldedNorms.fewestChannels,
        variance.allSatisfy({ $0 >= 0 })
      else { return nil }
      self.count = count
      let (gain, offset) = (numbers("gain"), numbers("offset"))
      guard parts["gain"] == nil || gain?.count == mean.count,
        parts["offset"] == nil || offset?.count == mean.count
      else { return nil }
      self.path = path
      (self.mean, self.variance, self.gain) = (mean, variance, gain)
      self.offset = offset ?? mean.map { _ in 0 }
      (gainIndex, offsetIndex) = (parts["gain"], parts["offset"])
      (meanIndex, varianceIndex) = (parts["mean"], parts["variance"])
    }

    /// The vector that holds what the norm multiplies each channel by, where that is no longer its gain.
    func factors(
      of folded: ModelFingerprint, among vectors: [Int], tests: inout Int
    ) -> (index: Int, factors: [Double])? {
      let gain = gain ?? mean.map { _ in 1 }
      for index in vectors where tests > 0 {
        let tensor = folded.tensors[index]
        guard tensor.isEvidence, let found = tensor.indexed else { continue }
        let values = found.map(\.value)
        let size = values.reduce(0) { $0 + $1 * $1 }
        let plain = FoldedNorms.squares(values, found.map { gain[$0.index] })
        let limit = max(FoldedNorms.precision, 2 * Rounding.unit(tensor))
        for epsilon in FoldedNorms.epsilons {
          tests -= 1
          let factors = factors(epsilon)
          let error = FoldedNorms.squares(values, found.map { factors[$0.index] })
          if error <= limit * limit * size, error <= FoldedNorms.mostLeft * plain {
            return (index, factors)
          }
        }
      }
      return nil
    }
  }
}

/// The name of a tensor as a layer's and a part's.
private struct TensorPath {
  var layer: String
  var last: String

  init(_ name: String) {
    let cut = name.lastIndex { $0 == "." || $0 == "/" }
    layer = cut.map { String(name[..<$0]) } ?? ""
    last = String(name[(cut.map { name.index(after: $0) } ?? name.startIndex)...])
    if last.hasSuffix(":0") { last.removeLast(2) }
  }

  /// Whether parts have numbers, as in Keras' archives.
  var isNumbered: Bool { layer.hasSuffix("/vars") }

  /// What it is of a batch norm; nil of what is none.
  var normPart: String? {
    switch last {
    case "running_mean", "moving_mean": "mean"
    case "running_var", "moving_variance": "variance"
    case "weight", "gamma": "gain"
    case "bias", "beta": "offset"
    default: isNumbered ? Self.numbered[last] : nil
    }
  }

  private static let numbered = ["0": "gain", "1": "offset", "2": "mean", "3": "variance"]
}

extension TensorPair {
  /// A vector that was predicted from the reference's numbers, and is as predicted.
  static func accounted(for reference: Int) -> TensorPair {
    TensorPair(
      reference: reference, match: .place, transposed: false, cosine: 1, nullVariance: 0,
      relativeChange: 0)
  }
}

extension TensorFingerprint {
  /// Whether it has one axis, or others of one extent only, as what is broadcast over an image.
  fileprivate var isVector: Bool { matrix?.columns ?? 1 == 1 }

  /// Numbers of a vector, each with its index among those of others: of what has more axes single ones.
  fileprivate var indexed: [(value: Double, index: Int)]? {
    if let numbers { return numbers.enumerated().map { ($1, $0) } }
    guard let matrix, matrix.columns == 1, let sample, sample.values.allSatisfy(\.isFinite) else {
      return nil
    }
    let indices = ValueSample.draws(rows: matrix.rows, columns: 1)
      .map { Self.index(ofDraw: $0.row, of: matrix.rows) }
    guard indices.count == sample.values.count,
      Set(indices).count >= FoldedNorms.fewestChannels
    else { return nil }
    return zip(sample.values, indices).map { (Double($0), $1) }
  }

  /// All numbers of a short vector, the single values of a long one; nil of others.
  fileprivate var numbers: [Double]? {
    guard matrix == nil, elementCount > 0, moments.isFinite else { return nil }
    let isShort = elementCount <= VectorSketch.length
    let count = isShort ? elementCount : ValueSample.count(ofVector: elementCount)
    if isConstant { return [Double](repeating: moments.mean, count: count) }
    guard isShort else {
      guard let sample, sample.values.allSatisfy(\.isFinite) else { return nil }
      return sample.values.map(Double.init)
    }
    guard let vector, vector.count == count else { return nil }
    return vector.map { Double($0) + moments.mean }
  }

  /// Which of the numbers of a vector of `count` entries is that of a draw.
  fileprivate static func index(ofDraw draw: Int, of count: Int) -> Int {
    count <= VectorSketch.length ? ValueSample.place(draw, below: count) : draw
  }
}
