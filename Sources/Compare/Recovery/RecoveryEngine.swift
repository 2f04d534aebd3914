package import Canonicalise
import Fingerprint
package import Load

/// Recovers and undoes the disguise between a subject and a reference whose weights are both at
/// hand.
///
///     let engine = RecoveryEngine(subject: b, reference: a, layerMap: pairs, threads: 2)
///     let recovery = try engine.recover()
///
/// It presumes that other evidence says the two are related, and by which layers; of strangers it
/// finds nothing transformed and little explained.
///
/// - Complexity: for streams of width d and n neurons, O(n·d) reading per matrix, 256 products per
///   weight to match neurons, d products per weight where the stream was rotated and for attention.
///   Each worker holds two matrices, and one block's features.
package struct RecoveryEngine: Sendable {
  private let subject: ModelMatrices
  private let reference: ModelMatrices
  private let layerMap: [LayerCorrespondence]
  private let threads: Int

  /// - Parameter dead: numbers of the subject's units that put out what nothing takes, by tensor; shares
  ///   are of the others.
  package init(
    subject: CanonicalModel, reference: CanonicalModel, layerMap: [LayerCorrespondence],
    dead: [String: Int] = [:], threads: Int
  ) {
    self.subject = ModelMatrices(subject, dead: dead)
    self.reference = ModelMatrices(reference)
    self.layerMap = layerMap
    self.threads = max(1, threads)
  }

  /// - Returns: nil when the two have no residual stream that could be lined up.
  package func recover() throws(LoadError) -> Recovery? {
    let tokens = SharedTokens(subject: subject, reference: reference)
    let fit = try ResidualFit(subject: subject, reference: reference, tokens: tokens)
    let maps = try confirmedMaps(fit)
    guard !maps.isEmpty else { return nil }
    let blocks = try blocks(maps)
    let outcomes = try run(blocks)
    let confirmed = maps.values.contains { !$0.isIdentity } || fit?.map.isIdentity ?? true
    var remainder = RemainingTensors(subject: subject, reference: reference, layerMap: layerMap)
    remainder.tokens = tokens
    let embeddingMap = confirmed ? fit?.map : .identity
    let shares =
      try outcomes.flatMap(\.shares)
      + remainder.shares(
        except: Set(outcomes.flatMap { $0.shares.flatMap(\.tensors) }), maps: maps,
        embeddingMap: embeddingMap ?? .identity)
    try subject.model.checkpoint.checkUnchanged()
    try reference.model.checkpoint.checkUnchanged()
    return Recovery(
      fit: confirmed ? fit : nil, outcomes: outcomes, shares: shares,
      embeddingName: subject.embedding?.name, parameters: subject.matrixParameters)
  }

  /// For each component of the subject, the map between the residual streams that its layers bear
  /// out.
  ///
  /// Any two embeddings of one tokenizer can be turned towards each other to some extent: only
  /// layers that fall into place tell a rotated model from a stranger.
  private func confirmedMaps(_ fit: ResidualFit?) throws(LoadError) -> [String: ResidualMap] {
    var maps: [String: ResidualMap] = [:]
    let components = Dictionary(grouping: layerMap, by: \.component)
    for (component, pairs) in components.sorted(by: { $0.key < $1.key }) {
      guard let fit, !fit.map.isIdentity, let mapped = try agreement(pairs, map: fit.map) else {
        if pairs.contains(where: hasSameWidth) { maps[component] = .identity }
        continue
      }
      let plain = try agreement(pairs, map: .identity)
      let floor = fit.peakedShare == nil ? Self.confirmingShare : 0
      if mapped >= floor, mapped >= plain ?? 0 {
        maps[component] = fit.map
      } else if plain != nil {
        maps[component] = .identity
      }
    }
    return maps
  }

  /// Share of neurons or heads that must fall into place for a rotation to be believed.
  private static let confirmingShare = 0.25

  /// Whether two layers read streams of equal width.
  private func hasSameWidth(_ pair: LayerCorrespondence) -> Bool {
    [TensorRole.mlpDown, .attentionOutput].contains { role in
      guard let mine = subject.first(role, component: pair.component, layer: pair.subject),
        let theirs = reference.first(
          role, component: pair.referenceComponent, layer: pair.reference)
      else { return false }
      return mine.view.rowCount == theirs.view.rowCount
    }
  }

  /// Share of the neurons (without a feed-forward block: heads) of up to three layers that find
  /// their counterpart under a map; nil where it does not fit.
  private func agreement(_ pairs: [LayerCorrespondence], map: ResidualMap) throws(LoadError)
    -> Double?
  {
    let probed = Set([0, pairs.count / 2, pairs.count - 1]).filter(pairs.indices.contains)
    var shares: [Double] = []
    for index in probed.sorted() {
      let pair = pairs[index]
      if let block = try feedForward(pair, map).first, let matched = try block.match() {
        shares.append(matched.matching.confidentShare)
      } else if let heads = try attention(pair, map).match()?.matching {
        shares.append(
          Double(heads.isConfident.count { $0 }) / Double(max(heads.isConfident.count, 1)))
      }
    }
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }

  private func attention(_ pair: LayerCorrespondence, _ map: ResidualMap) -> AttentionAlignment {
    AttentionAlignment(subject: subject, reference: reference, map: map, pair: pair)
  }

  /// Expert by expert; experts of a reference without any are copies of its only block.
  private func feedForward(
    _ pair: LayerCorrespondence, _ map: ResidualMap
  ) throws(LoadError) -> [FeedForwardAlignment] {
    let others = reference.experts(component: pair.referenceComponent, layer: pair.reference)
    var blocks: [FeedForwardAlignment] = []
    for expert in subject.experts(component: pair.component, layer: pair.subject) {
      guard let other = others.contains(expert) ? expert : others.first else { continue }
      let live = try subject.liveNeurons(
        ModelMatrices.Place(
          role: .mlpDown, component: pair.component, layer: pair.subject, expert: expert))
      // Of an expert that is never asked nothing is left.
      if live?.isEmpty ?? false { continue }
      blocks.append(
        FeedForwardAlignment(
          subject: subject, reference: reference, map: map, pair: pair, subjectExpert: expert,
          referenceExpert: other, live: live))
    }
    return blocks
  }

  private enum Block: Sendable {
    case attention(AttentionAlignment)
    case feedForward(FeedForwardAlignment)

    func run() -> Result<BlockOutcome?, LoadError> {
      do throws(LoadError) {
        switch self {
        case .attention(let block): return .success(try block.run())
        case .feedForward(let block): return .success(try block.run())
        }
      } catch {
        return .failure(error)
      }
    }
  }

  private func blocks(_ maps: [String: ResidualMap]) throws(LoadError) -> [Block] {
    var blocks: [Block] = []
    for pair in layerMap {
      guard let map = maps[pair.component] else { continue }
      blocks.append(.attention(attention(pair, map)))
      blocks += try feedForward(pair, map).map(Block.feedForward)
    }
    return blocks
  }

  /// Blocks in order, whatever the number of workers.
  private func run(_ blocks: [Block]) throws(LoadError) -> [BlockOutcome] {
    let results = Concurrent.map(blocks.count, threads: threads) { blocks[$0].run() }
    var outcomes: [BlockOutcome] = []
    for result in results {
      if let outcome = try result.get() { outcomes.append(outcome) }
    }
    return outcomes
  }
}

extension ResidualMap {
  var isIdentity: Bool {
    if case .identity = self { true } else { false }
  }
}

extension SharedTokens {
  fileprivate init?(subject: ModelMatrices, reference: ModelMatrices) {
    guard let mine = subject.embedding, let theirs = reference.embedding else { return nil }
    self.init(
      subject: subject.model, subjectRows: mine.view.rowCount, reference: reference.model,
      referenceRows: theirs.view.rowCount)
  }
}
