package import Canonicalise
import Load

/// What reading a hundredth of a model shows of it.
package struct QuickLook: Sendable {
  /// Tensors that were not read have neither sketch nor digest, and the model has no root digest.
  package var fingerprint: ModelFingerprint
  /// Whose attention was read.
  package var component: String?
  package var layers: [Int]
  package var tensorsRead: Int
  package var parametersRead: Int
  package var bytesRead: Int
  package var byteCount: Int

  /// Anchors that are enough where both models are only looked at: the frame of twice as many takes seven
  /// times as long, and most of a look.
  package static let fewAnchors = 512

  /// Share of the parameters that were read.
  package var coverage: Double {
    Double(parametersRead) / Double(max(1, fingerprint.identity.parameters))
  }
}

extension QuickLook {
  /// What of a model that is known as a whole can be held against references that were only looked at.
  ///
  /// These are the layers that were read of them: its others resemble nothing that was read.
  package init(of whole: ModelFingerprint, beside references: [ModelFingerprint]) {
    let looked = references.filter(\.isOfQuickLook).flatMap(\.tensors)
    let seen = Set(looked.filter { $0.sketch != .none }.map(\.layer))
    var fingerprint = whole
    for index in fingerprint.tensors.indices
    where fingerprint.tensors[index].layer != nil
      && !seen.contains(fingerprint.tensors[index].layer)
    {
      fingerprint.tensors[index].sketch = .none
    }
    fingerprint.circuits.removeAll { !seen.contains($0.layer) }
    let read = Set(looked.filter { $0.sketch != .none }.map(\.role))
    let kept = fingerprint.tensors.filter { $0.sketch != .none && read.contains($0.role) }
    self.init(
      fingerprint: fingerprint, component: nil, layers: [], tensorsRead: kept.count,
      parametersRead: kept.reduce(0) { $0 + $1.elementCount }, bytesRead: 1, byteCount: 1)
  }

  /// Whether the subject is not known as a whole.
  package var isOfPart: Bool { bytesRead < byteCount }
}

extension ModelFingerprint {
  /// Whether it is what a quick look found: most tensors have neither sketch nor digest.
  package var isOfQuickLook: Bool { identity.digest.isEmpty }
}

extension Fingerprinter {
  /// Reads the anchor rows of the embedding and the attention of up to three spread layers; where those
  /// make no circuits, a few large matrices.
  ///
  /// - Complexity: of a 7B-class model 2 % of the bytes are read.
  package func look(
    at model: CanonicalModel, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws(FingerprintError) -> QuickLook {
    if let choice = model.spreadAttention {
      var part = model
      part.tensors = choice.indices.map { model.tensors[$0] }
      // The frame takes the time that a disk needs for them.
      for tensor in part.tensors where tensor.role != .tokenEmbedding {
        tensor.source.prefetch(0..<tensor.source.elementCount)
      }
      let found = try fingerprint(
        part, reading: { $0.role != .tokenEmbedding }, progress: progress)
      if !found.circuits.isEmpty {
        return look(found, at: model, component: choice.component, layers: choice.layers)
      }
    }
    var part = model
    part.tensors = model.spreadMatrices.map { model.tensors[$0] }
    let found = try fingerprint(part, reading: { _ in true }, progress: progress)
    return look(found, at: model, component: nil, layers: [])
  }

  private func look(
    _ found: ModelFingerprint, at model: CanonicalModel, component: String?, layers: [Int]
  ) -> QuickLook {
    let read = Dictionary(
      found.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var fingerprint = found
    fingerprint.tensors = model.tensors.map {
      read[$0.name] ?? TensorFingerprint(unread: $0, of: model.checkpoint.path)
    }
    fingerprint.identity.digest = ""
    fingerprint.identity.parameters = fingerprint.tensors.reduce(0) { $0 + $1.elementCount }
    func bytes(_ tensors: [CanonicalTensor]) -> Int { tensors.reduce(0) { $0 + $1.viewBytes } }
    let embedding = component == nil ? nil : model.tensors.first { $0.isTokenEmbedding }
    let anchorBytes = embedding.map {
      (found.frame?.anchorIDs.count ?? 0) * $0.view.columnCount * $0.source.byteCount
        / max($0.source.elementCount, 1)
    }
    return QuickLook(
      fingerprint: fingerprint, component: component, layers: layers, tensorsRead: read.count,
      parametersRead: read.values.reduce(0) { $0 + $1.elementCount },
      bytesRead: bytes(model.tensors.filter { read[$0.name] != nil }) + (anchorBytes ?? 0),
      byteCount: max(1, bytes(model.tensors)))
  }
}

extension CanonicalModel {
  /// Layers whose attention a quick look reads: fewer where three would be more than a fortieth of
  /// the model, and too much to be quick.
  static let spreadLayers = 3
  static let quickBytes = 64 << 20
  /// Matrices that it reads where there are no circuits, and the bytes that they may have: this
  /// many, or a fiftieth of the model's.
  static let largeMatrices = 6
  private static let matrixBytes = 32 << 20

  /// The embedding, and the attention of three layers of the deepest stack.
  fileprivate var spreadAttention: (indices: [Int], component: String, layers: [Int])? {
    guard let embedding = tensors.firstIndex(where: \.isTokenEmbedding) else { return nil }
    var stacks: [String: Set<Int>] = [:]
    for tensor in tensors where tensor.role.isAttentionMatrix {
      if let layer = tensor.layer { stacks[tensor.component, default: []].insert(layer) }
    }
    let deepest = stacks.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    guard let (component, found) = deepest else { return nil }
    let limit = max(Self.quickBytes, tensors.reduce(0) { $0 + $1.viewBytes } / 40)
    var choice: (indices: [Int], layers: [Int]) = ([], [])
    for count in (1...Self.spreadLayers).reversed() {
      choice = attention(of: component, layers: Self.spread(found.sorted(), count))
      if choice.indices.reduce(0, { $0 + tensors[$1].viewBytes }) <= limit { break }
    }
    return ([embedding] + choice.indices, component, choice.layers)
  }

  /// The middles of as many equal parts of a list.
  private static func spread(_ items: [Int], _ count: Int) -> [Int] {
    Set((0..<count).map { items[items.count * (2 * $0 + 1) / (2 * count)] }).sorted()
  }

  private func attention(
    of component: String, layers: [Int]
  ) -> (indices: [Int], layers: [Int]) {
    let indices = tensors.indices.filter { index in
      let tensor = tensors[index]
      guard tensor.component == component, let layer = tensor.layer, layers.contains(layer) else {
        return false
      }
      return tensor.role.isAttentionMatrix || tensor.role.isAttentionGain
    }
    return (indices, layers)
  }

  /// A few large matrices, spread over the model.
  fileprivate var spreadMatrices: [Int] {
    let candidates = tensors.indices.filter { index in
      let (tensor, view) = (tensors[index], tensors[index].view)
      return min(view.rowCount, view.columnCount) >= 8 && tensor.parameter == .weight
        && !tensor.isTokenEmbedding && tensor.role != .languageModelHead
        && tensor.role != .constant && tensor.source.isRealNumber && tensor.source.isDecodable
    }
    let largest = candidates.map { tensors[$0].view.elementCount }.max() ?? 0
    let large = candidates.filter { 4 * tensors[$0].view.elementCount >= largest }
    let pool = large.count >= 2 ? large : candidates
    let count = min(Self.largeMatrices, pool.count)
    guard count > 0 else { return [] }
    var budget = max(Self.matrixBytes, tensors.reduce(0) { $0 + $1.viewBytes } / 50)
    var chosen: [Int] = []
    for index in Self.spread(pool, count) {
      let size = tensors[index].viewBytes
      // Two at least: likeness of a single matrix says nothing.
      guard chosen.count < 2 || size <= budget else { break }
      budget -= size
      chosen.append(index)
    }
    return chosen
  }
}

extension CanonicalTensor {
  /// Bytes of the numbers it selects.
  fileprivate var viewBytes: Int {
    Int(Double(source.byteCount) * Double(view.elementCount) / Double(max(source.elementCount, 1)))
  }

  fileprivate var isTokenEmbedding: Bool {
    role == .tokenEmbedding && parameter == .weight && view.elementCount > 0
  }
}

extension TensorRole {
  fileprivate var isAttentionMatrix: Bool {
    switch self {
    case .attentionQuery, .attentionKey, .attentionValue, .attentionOutput, .latentQueryDown,
      .latentQueryUp, .latentKeyValueDown, .latentKeyValueUp:
      true
    default: false
    }
  }

  fileprivate var isAttentionGain: Bool {
    switch self {
    case .attentionNorm, .sharedNorm, .queryNorm, .keyNorm, .latentQueryNorm, .latentKeyValueNorm:
      true
    default: false
    }
  }
}

extension TensorFingerprint {
  /// A tensor of which only name and shape are known.
  fileprivate init(unread tensor: CanonicalTensor, of model: String) {
    self.init(
      name: tensor.name, component: tensor.component, role: tensor.role,
      parameter: tensor.parameter, layer: tensor.layer, expert: tensor.expert,
      elementType: tensor.source.elementType, shape: tensor.view.shape,
      storedTransposed: tensor.view.transposed,
      digest: TensorDigest(unread: tensor.name, of: model),
      encoding: tensor.source.encoding,
      moments: Moments(
        count: tensor.view.elementCount, mean: 0, standardDeviation: 0, excessKurtosis: 0,
        absoluteMaximum: 0, zeros: 0, nans: 0, infinities: 0), grid: nil, sketch: .none)
  }
}
