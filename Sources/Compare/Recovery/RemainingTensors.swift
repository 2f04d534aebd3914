import Canonicalise
import Load

/// Measures the matrices outside attention and feed-forward blocks: embeddings and heads token by
/// token, all others row by row with the tensor at the same place.
struct RemainingTensors {
  let subject: ModelMatrices
  let reference: ModelMatrices
  private let counterparts: [SubjectLayer: LayerCorrespondence]
  /// The reference's head, if it is not its embedding.
  private let head: CanonicalTensor?
  var tokens: SharedTokens?

  /// Tokens that embeddings and heads are measured on, at most.
  static let measuredTokens = 2048

  init(subject: ModelMatrices, reference: ModelMatrices, layerMap: [LayerCorrespondence]) {
    self.subject = subject
    self.reference = reference
    counterparts = Dictionary(
      layerMap.map { (SubjectLayer(component: $0.component, layer: $0.subject), $0) },
      uniquingKeysWith: { first, _ in first })
    head = reference.matrices.first { $0.role == .languageModelHead }
  }

  private struct SubjectLayer: Hashable {
    var component: String
    var layer: Int
  }

  /// The shares of all matrices but those in `done`, which blocks have measured.
  ///
  /// `maps` are by component; other components lie in the stream that the token embedding feeds.
  func shares(
    except done: Set<String>, maps: [String: ResidualMap], embeddingMap: ResidualMap
  ) throws(LoadError) -> [AlignedShare] {
    var shares: [AlignedShare] = []
    for tensor in subject.matrices where !done.contains(tensor.name) {
      let map = maps[tensor.component] ?? embeddingMap
      let share =
        switch tensor.role {
        case .tokenEmbedding, .languageModelHead: try perToken(tensor, map: embeddingMap)
        default: try byRow(tensor, map: map)
        }
      if let share { shares.append(share) }
    }
    return shares
  }

  private func perToken(
    _ tensor: CanonicalTensor, map: ResidualMap
  ) throws(LoadError) -> AlignedShare? {
    guard let other = counterpart(tensor), let tokens,
      map.fits(subjectWidth: tensor.view.columnCount, referenceWidth: other.view.columnCount)
    else { return nil }
    let measured = tokens.keptBack(atMost: Self.measuredTokens).filter {
      $0.subject < tensor.view.rowCount && $0.reference < other.view.rowCount
    }
    guard let mine = try subject.rows(tensor, ids: measured.map(\.subject)),
      let theirs = try reference.rows(other, ids: measured.map(\.reference)), mine.rows > 1
    else { return nil }
    let shared = Double(tokens.ids.count) / Double(max(tensor.view.rowCount, 1))
    return Self.share(
      tensor, parameters: subject.liveCount(of: tensor), mine: mine.centred, theirs: theirs.centred,
      map: map,
      covered: min(1, shared))
  }

  private func counterpart(_ tensor: CanonicalTensor) -> CanonicalTensor? {
    if tensor.role == .tokenEmbedding { return reference.embedding }
    // Tied in the reference, untied in the subject: the head came from the embedding.
    return head ?? reference.embedding
  }

  private func byRow(
    _ tensor: CanonicalTensor, map: ResidualMap
  ) throws(LoadError) -> AlignedShare? {
    guard tensor.role != .unknown else { return nil }
    var place = ModelMatrices.Place(
      role: tensor.role, component: tensor.component, layer: tensor.layer, expert: tensor.expert)
    if let layer = tensor.layer {
      guard let pair = counterparts[SubjectLayer(component: tensor.component, layer: layer)] else {
        return nil
      }
      (place.component, place.layer) = (pair.referenceComponent, pair.reference)
    }
    guard let other = reference.tensor(place), let mine = try subject.matrix(tensor),
      let theirs = try reference.matrix(other), mine.rows == theirs.rows
    else { return nil }
    let map = tensor.role.residualAxis == nil ? .identity : map
    guard map.fits(subjectWidth: mine.columns, referenceWidth: theirs.columns) else { return nil }
    return Self.share(
      tensor, parameters: subject.liveCount(of: tensor), mine: mine, theirs: theirs, map: map,
      covered: 1)
  }

  private static func share(
    _ tensor: CanonicalTensor, parameters: Int, mine: RowMatrix, theirs: RowMatrix,
    map: ResidualMap, covered: Double
  ) -> AlignedShare {
    let theirs = map.push(theirs)
    let mineEnergy = mine.rowEnergies.reduce(0, +)
    let theirEnergy = theirs.rowEnergies.reduce(0, +)
    let product = (0..<mine.rows).reduce(0) { $0 + mine.dot($1, theirs, $1) }
    let energies = mineEnergy * theirEnergy
    let explained = energies > 0 && product > 0 ? min(1, product * product / energies) : 0
    return AlignedShare(
      tensors: [tensor.name], parameters: parameters,
      explained: explained * covered,
      squaredChange: theirEnergy > 0
        ? max(0, mineEnergy - 2 * product + theirEnergy) / theirEnergy : nil)
  }
}
