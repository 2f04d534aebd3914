import Canonicalise
import Fingerprint

extension LayerSimilarity {
  /// The reference layer that a subject layer goes with.
  package struct Counterpart: Sendable, Equatable {
    /// Nil where none is alike enough.
    package var reference: Int?
    package var similarity: Double
  }

  /// A layer has a counterpart from this z on: the best of many candidates reaches 4 among strangers.
  static let minimumZ = 6.0
  /// Another layer displaces the one of the same number only when it is this much more alike.
  static let lead = 0.02
  /// A reference layer goes with several of the subject only if all are this alike, in the measure of
  /// the most alike: layers that have no counterpart reach 0.5 with the neighbours of where theirs
  /// would be, through the stream that all share; copies of one layer 0.9.
  static let sharedCounterpart = 0.6

  /// The counterpart of each subject layer; nil where nothing compares.
  package var counterparts: [Counterpart]? {
    guard linear != nil || circuits != nil, !referenceLayers.isEmpty else { return nil }
    let columns = referenceLayers.count
    func score(_ row: Int, _ column: Int) -> (value: Double, z: Double) {
      let at = row * columns + column
      let inPlace = (linear?[at] ?? 0, linearZ?[at] ?? 0)
      let function = (circuits?[at] ?? 0, circuitsZ?[at] ?? 0)
      return function.1 > inPlace.1 ? function : inPlace
    }
    let most = (0..<columns).map { column in
      subjectLayers.indices.map { score($0, column).value }.max() ?? 0
    }
    return subjectLayers.enumerated().map { row, layer in
      let best = (0..<columns).max { score(row, $0).value < score(row, $1).value } ?? 0
      let same = referenceLayers.firstIndex(of: layer)
      let chosen =
        same.map { score(row, $0).value + Self.lead >= score(row, best).value ? $0 : best } ?? best
      let (value, z) = score(row, chosen)
      let isMapped = z >= Self.minimumZ && value >= Self.sharedCounterpart * most[chosen]
      return Counterpart(
        reference: isMapped ? referenceLayers[chosen] : nil, similarity: min(1, value))
    }
  }
}

extension Correspondence {
  /// Pairs in which all tensors of a layer that goes with another layer have their counterparts
  /// there.
  ///
  /// - Parameter component: name of the layers' component in the reference.
  func aligned(
    _ pairs: [TensorPair?], to layers: LayerSimilarity, component: String
  ) -> [TensorPair?] {
    guard let counterparts = layers.counterparts else { return pairs }
    let moved = Dictionary(
      zip(layers.subjectLayers, counterparts).compactMap { layer, counterpart in
        counterpart.reference.map { (layer, $0) }
      }, uniquingKeysWith: { first, _ in first })
    guard moved.contains(where: { $0.key != $0.value }) else { return pairs }
    var places: [LayerPlace: Int] = [:]
    for (index, tensor) in reference.enumerated() where tensor.component == component {
      guard let layer = tensor.layer else { continue }
      let place = LayerPlace(tensor, layer: layer)
      if places[place] == nil { places[place] = index }
    }
    return pairs.enumerated().map { index, pair in
      let tensor = subject[index]
      guard tensor.component == layers.component, let layer = tensor.layer,
        let target = moved[layer], target != layer || pair == nil, pair?.match != .equal
      else { return pair }
      if let pair, reference[pair.reference].layer == target { return pair }
      guard let other = places[LayerPlace(tensor, layer: target)],
        let placed = self.pair(index, other, match: .place)
      else { return pair }
      return placed
    }
  }
}

/// A tensor's place, in a layer of another number.
private struct LayerPlace: Hashable {
  var role: TensorRole
  var parameter: ParameterKind
  var layer: Int
  var expert: Int?

  init(_ tensor: TensorFingerprint, layer: Int) {
    (role, parameter, expert) = (tensor.role, tensor.parameter, tensor.expert)
    self.layer = layer
  }
}
