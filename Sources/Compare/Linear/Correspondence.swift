import Canonicalise
import Fingerprint

/// Finds each subject tensor's counterpart in a reference, by bytes, by place and by likeness.
///
/// Names never decide: the tensor at the same place is the counterpart unless another of the same
/// shape is clearly more alike, and where the names mean nothing likeness alone decides.
struct Correspondence {
  let subject: [TensorFingerprint]
  let reference: [TensorFingerprint]
  /// Numbers of the subject's tensors that have a part in the network.
  let liveCounts: [Int]
  /// Sketches in the orientation in which pairs are compared.
  private(set) var subjectSketches: [UnitSketch?]
  private(set) var referenceSketches: [UnitSketch?]
  /// The same turned by 90°, for tensors whose role is known on one side only.
  private var turnedSketches: [UnitSketch?]
  private let candidates: [CandidateClass: [Int]]
  /// The same layer by layer, for classes too large to look through for every tensor.
  private let layerCandidates: [LayerClass: [Int]]
  /// Subject tensors of each such class.
  private let layerCounts: [LayerClass: Int]
  private let classCounts: [CandidateClass: Int]
  /// Whether roles say which tensors may be one another's counterparts.
  private(set) var readsRoles = true

  /// A tensor elsewhere displaces the one at the same place only when it is this significant.
  static let likenessZ = 6.0
  /// Nor when its cosine leads that of the one at the same place by less than this.
  static let likenessLead = 0.1
  /// What lines up this well needs no other counterpart.
  static let sameCosine = 0.9
  /// Classes whose cosines take more products than this are compared at equal layers only, and layers
  /// of more at equal places only: these take half a second.
  static let maximumProducts = 1 << 32

  /// - Parameters:
  ///   - known: sketches of the subject, where it is held against several references.
  ///   - theirs: sketches of the reference, where several subjects are held against it.
  init(
    subject: ModelFingerprint, reference: ModelFingerprint, known: TestSketches? = nil,
    theirs: TestSketches? = nil
  ) {
    self.subject = subject.tensors
    self.reference = reference.tensors
    liveCounts = subject.liveCounts
    subjectSketches =
      known?.originals ?? subject.tensors.map { UnitSketch($0, orientation: $0.orientation) }
    referenceSketches =
      theirs?.originals ?? reference.tensors.map { UnitSketch($0, orientation: $0.orientation) }
    let rolesMissing = (subject.tensors + reference.tensors).contains { $0.role.isGeneric }
    turnedSketches = reference.tensors.map { tensor in
      rolesMissing && tensor.matrix != nil
        ? UnitSketch(tensor, orientation: tensor.orientation.turned) : nil
    }
    var candidates: [CandidateClass: [Int]] = [:]
    var layerCandidates: [LayerClass: [Int]] = [:]
    for (index, tensor) in reference.tensors.enumerated() {
      guard referenceSketches[index] != nil else { continue }
      for key in CandidateClass.keys(of: tensor) {
        candidates[key, default: []].append(index)
        layerCandidates[LayerClass(of: key, layer: tensor.layer), default: []].append(index)
      }
    }
    self.candidates = candidates
    self.layerCandidates = layerCandidates
    classCounts = subject.tensors.reduce(into: [:]) { counts, tensor in
      for key in CandidateClass.keys(of: tensor) { counts[key, default: 0] += 1 }
    }
    layerCounts = subject.tensors.reduce(into: [:]) { counts, tensor in
      for key in CandidateClass.keys(of: tensor) {
        counts[LayerClass(of: key, layer: tensor.layer), default: 0] += 1
      }
    }
  }

  /// The counterpart of every subject tensor, or nil where nothing comparable is found.
  func pairs() -> [TensorPair?] {
    let places = Dictionary(
      reference.indices.map { (TensorPlace(reference[$0]), $0) },
      uniquingKeysWith: { first, _ in first })
    var digests: [TensorDigest: [Int]] = [:]
    for index in reference.indices where reference[index].isEvidence {
      digests[reference[index].digest, default: []].append(index)
    }
    let mostAlike = mostAlike()
    let reshaped = ReshapedTensors(reference)
    // Of several at one place, which families without a definition have, names tell which is which.
    let named = Dictionary(
      reference.indices.map { (reference[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    let found: [TensorPair?] = subject.indices.map { index in
      let own = TensorPlace(subject[index])
      let namesake = named[subject[index].name].flatMap {
        TensorPlace(reference[$0]) == own ? $0 : nil
      }
      let place =
        namesake ?? places[own] ?? places[own.whereTied].flatMap { isLike(index, $0) ? $0 : nil }
      if let equal = digests[subject[index].digest], subject[index].isEvidence {
        let placed = place.flatMap {
          reference[$0].isEvidence && reference[$0].digest == subject[index].digest ? $0 : nil
        }
        let chosen = placed ?? equal[0]
        return pair(index, chosen, match: .equal)
      }
      let found = placedOrAlike(index, place: place, mostAlike: mostAlike[index])
      guard found.map({ $0.cosine < Self.sameCosine }) ?? true,
        let equal = reshaped.counterpart(of: subject[index])
      else { return found }
      return pair(index, equal, match: .equal)
    }
    return completed(found)
  }

  private func isLike(_ index: Int, _ candidate: Int) -> Bool {
    pair(index, candidate, match: .place).map { $0.z >= Self.likenessZ } ?? false
  }

  /// The tensor at the same place, unless another is clearly more alike.
  private func placedOrAlike(_ index: Int, place: Int?, mostAlike: Int?) -> TensorPair? {
    let placed = place.flatMap { pair(index, $0, match: .place) }
    guard let mostAlike, mostAlike != placed?.reference,
      let best = pair(index, mostAlike, match: .likeness)
    else { return placed }
    let significant = best.z >= Self.likenessZ
    guard let placed else { return significant ? best : nil }
    return significant && best.cosine > placed.cosine + Self.likenessLead ? best : placed
  }

  /// Whether some reference tensor has the shape to be compared with a subject tensor.
  func isComparable(_ index: Int) -> Bool {
    guard subjectSketches[index] != nil else { return false }
    return CandidateClass.keys(of: subject[index]).contains { candidates[$0] != nil }
  }

  /// Reference tensors of the same class as a subject tensor.
  func likenessCandidates(of index: Int) -> [Int] {
    let tensor = subject[index]
    var result: [Int] = []
    for key in CandidateClass.keys(of: tensor) {
      var members = candidates[key] ?? []
      if isLimited(key, members.count, classCounts[key] ?? 0) {
        let layer = LayerClass(of: key, layer: tensor.layer)
        members = layerCandidates[layer] ?? []
        if isLimited(key, members.count, layerCounts[layer] ?? 0) { members = [] }
      }
      result += members.filter { !readsRoles || reference[$0].role.mayMatch(tensor.role) }
    }
    return result
  }

  /// Whether some class of a tensor is too large to be looked through as a whole.
  func isLimited(_ index: Int) -> Bool {
    CandidateClass.keys(of: subject[index]).contains {
      isLimited($0, candidates[$0]?.count ?? 0, classCounts[$0] ?? 0)
    }
  }

  private func isLimited(_ key: CandidateClass, _ references: Int, _ subjects: Int) -> Bool {
    let products = key.shape.reduce(1) { $0 * min($1, LinearSketch.side) }
    let (pairs, overflow) = references.multipliedReportingOverflow(by: subjects)
    return overflow || pairs > Self.maximumProducts / max(products, 1)
  }

  /// The same with other sketches, which must have the same extents.
  func replacing(subject: [UnitSketch?], reference: [UnitSketch?]) -> Correspondence {
    var result = self
    result.subjectSketches = subject
    result.referenceSketches = reference
    result.turnedSketches = turnedSketches.indices.map {
      turnedSketches[$0] == nil ? nil : reference[$0]?.transposed
    }
    return result
  }

  /// The same whatever roles the names give: any matrices of one shape may be counterparts, either way round.
  func ignoringRoles() -> Correspondence {
    var result = self
    result.readsRoles = false
    return result
  }

  func pair(_ index: Int, _ candidate: Int, match: TensorPair.Match) -> TensorPair? {
    guard let sketch = subjectSketches[index] else { return nil }
    guard let other = counterpart(candidate, of: index) else {
      // Equal bytes are equal whatever their shape.
      return match == .equal
        ? TensorPair(
          reference: candidate, match: match, transposed: false, cosine: 1,
          nullVariance: sketch.nullVariance(sketch), relativeChange: 0) : nil
    }
    let orientations = (subject[index].orientation, reference[candidate].orientation)
    return TensorPair(
      reference: candidate, match: match,
      transposed: !sketch.isVector && other.transposed != (orientations.0 != orientations.1),
      turns: counterparts(candidate, of: index).count,
      cosine: match == .equal ? 1 : min(1, sketch.cosine(other.sketch)),
      nullVariance: sketch.nullVariance(other.sketch),
      relativeChange: match == .equal ? 0 : sketch.relativeChange(from: other.sketch))
  }

  /// The subject's sketch as pairs see it.
  func sketch(_ index: Int) -> UnitSketch? { subjectSketches[index] }

  /// The reference's sketch as it is compared with tensors of its own role.
  func referenceSketch(_ index: Int) -> UnitSketch? { referenceSketches[index] }

  /// A reference tensor's sketch turned so that it lines up with a subject tensor, or nil if no turn
  /// makes the shapes fit.
  ///
  /// Of two turns that fit, the more similar one.
  func counterpart(_ candidate: Int, of index: Int) -> (sketch: UnitSketch, transposed: Bool)? {
    let turns = counterparts(candidate, of: index)
    guard turns.count > 1, let mine = subjectSketches[index] else { return turns.first }
    return turns.max { mine.cosine($0.sketch) < mine.cosine($1.sketch) }
  }

  /// All turns of a reference tensor's sketch that line up with a subject tensor.
  func counterparts(
    _ candidate: Int, of index: Int
  ) -> [(sketch: UnitSketch, transposed: Bool)] {
    guard let mine = subjectSketches[index], let other = referenceSketches[candidate] else {
      return []
    }
    if mine.isVector || other.isVector {
      return mine.isVector && other.isVector && mine.columns == other.columns
        ? [(other, false)] : []
    }
    let (a, b) = (subject[index], reference[candidate])
    var turns = fits(mine, other, a, b) ? [(sketch: other, transposed: false)] : []
    // Where the role of one is not known, neither is its orientation.
    if !readsRoles || a.role.isGeneric || b.role.isGeneric,
      fits(mine, other, a, b, isTurned: true),
      // Kept only where roles are missing: a model of experts has tens of thousands of sketches.
      let turned = turnedSketches[candidate] ?? (readsRoles ? nil : other.transposed)
    {
      turns.append((turned, true))
    }
    return turns
  }

  private func fits(
    _ mine: UnitSketch, _ other: UnitSketch, _ a: TensorFingerprint, _ b: TensorFingerprint,
    isTurned: Bool = false
  ) -> Bool {
    let (rows, columns) =
      isTurned ? (other.columns, other.rows) : (other.rows, other.columns)
    guard mine.columns == columns else { return false }
    return mine.rows == rows || a.role.isPerToken && b.role.isPerToken
  }
}

extension TensorFingerprint {
  /// The turn that makes the residual stream the columns.
  var orientation: UnitSketch.Orientation {
    role.residualAxis == .output ? .transposed : .canonical
  }
}

extension UnitSketch.Orientation {
  var turned: Self { self == .canonical ? .transposed : .canonical }
}

extension TensorRole {
  /// Says what kind of operation a tensor belongs to at most, not which of several.
  var isGeneric: Bool {
    switch self {
    case .unknown, .denseKernel, .convolutionKernel, .recurrentInputKernel, .recurrentStateKernel,
      .taskHead:
      true
    default: false
    }
  }

  /// Whether tensors of the two roles could be counterparts.
  fileprivate func mayMatch(_ other: TensorRole) -> Bool {
    self == other || isGeneric || other.isGeneric
  }

  /// One row per token: two vocabularies may differ in size and still share their rows.
  package var isPerToken: Bool { self == .tokenEmbedding || self == .languageModelHead }
}

/// A tensor's place in the network, or its name where that is all there is.
struct TensorPlace: Hashable {
  var component = ""
  var role: TensorRole
  var parameter: ParameterKind
  var layer: Int?
  var expert: Int?
  var name = ""
  /// Changes of weights are at the same place as other changes only.
  var isChange: Bool

  init(_ tensor: TensorFingerprint) {
    isChange = tensor.isChange
    role = tensor.role
    parameter = tensor.parameter
    layer = tensor.layer
    expert = tensor.expert
    component = tensor.component
    if !role.isUniqueInLayer { name = tensor.name }
  }

  /// Where the same numbers are in a model that has one table for both: a head at the embedding.
  var whereTied: Self {
    var place = self
    if role == .languageModelHead { place.role = .tokenEmbedding }
    return place
  }
}

extension TensorRole {
  /// Whether component, layer and expert pin a tensor of this role down.
  fileprivate var isUniqueInLayer: Bool {
    switch self {
    case .unknown, .constant, .taskHead, .denseKernel, .convolutionKernel, .recurrentInputKernel,
      .recurrentStateKernel, .batchNormGain, .batchNormStatistic, .specialEmbedding, .adapterDown,
      .adapterUp, .languageModelHeadTransform, .pooler, .embeddingNorm, .patchEmbedding, .indexer,
      .mixerInput, .mixerConvolution, .mixerParameter, .mixerNorm, .projector, .modulation,
      .conditioning, .layerScale, .residualMixing, .perLayerEmbedding, .layerNorm:
      false
    default: true
    }
  }
}

/// Tensors of one layer that could be one another's counterparts.
private struct LayerClass: Hashable {
  var candidates: CandidateClass
  var layer: Int?

  init(of candidates: CandidateClass, layer: Int?) {
    self.candidates = candidates
    self.layer = layer
  }
}

/// Tensors that could be one another's counterparts.
private struct CandidateClass: Hashable {
  var role: TensorRole?
  var shape: [Int]
  var isVector: Bool
  var isChange = false

  /// The classes a tensor belongs to: by role and shape, and by shape alone (either orientation)
  /// for tensors whose role is unknown on one side.
  static func keys(of tensor: TensorFingerprint) -> [CandidateClass] {
    shapes(of: tensor).map {
      CandidateClass(
        role: $0.role, shape: $0.shape, isVector: $0.isVector, isChange: tensor.isChange)
    }
  }

  private static func shapes(of tensor: TensorFingerprint) -> [CandidateClass] {
    guard let matrix = tensor.matrix else {
      return [CandidateClass(role: nil, shape: [tensor.elementCount], isVector: true)]
    }
    if tensor.role.isPerToken {
      // By width too: vocabularies may differ in size. Shape comes second, for renamed embeddings.
      return [
        CandidateClass(role: tensor.role, shape: [matrix.columns], isVector: false),
        CandidateClass(role: nil, shape: sortedShape(matrix), isVector: false),
      ]
    }
    return [CandidateClass(role: nil, shape: sortedShape(matrix), isVector: false)]
  }

  private static func sortedShape(_ matrix: LinearSketch) -> [Int] {
    [min(matrix.rows, matrix.columns), max(matrix.rows, matrix.columns)]
  }
}
