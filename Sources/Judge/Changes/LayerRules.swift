import Compare
import Fingerprint

/// Layers were left out.
enum DepthPruneRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    // The layers of the shards that were not read are not gone, nor those without a usable number.
    guard !context.subject.identity.isPart,
      let map = context.layerMap, map.mapped.count * 2 > map.pairs.count
    else { return nil }
    let layers = context.subject.layerCount(of: map.component)
    guard layers < map.referenceLayers else { return nil }
    let mapped = Set(map.mapped)
    let dropped = map.referenceNumbers.filter { !mapped.contains($0) }
    guard !context.hasCounterparts(ofLayers: Set(dropped), in: map.component) else { return nil }
    return Change(
      .depthPrune,
      [
        .from: .integer(map.referenceLayers), .to: .integer(layers), .dropped: .integers(dropped),
      ])
  }
}

/// Layers were repeated to make the network deeper.
enum DepthUpscaleRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    guard let map = context.layerMap, map.pairs.count > map.referenceLayers,
      map.mapped.count > Set(map.mapped).count
    else { return nil }
    var seen: Set<Int> = []
    let repeated = Set(map.mapped.filter { !seen.insert($0).inserted })
    return Change(
      .depthUpscale,
      [
        .from: .integer(map.referenceLayers), .to: .integer(map.pairs.count),
        .repeated: .integers(repeated.sorted()),
      ])
  }
}

/// Layers were added that are none of the reference's.
///
/// That all of its layers are found shows that such layers would be, too: what is new is new as far as numbers
/// and function tell.
enum DepthExtendRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    guard let map = context.layerMap, map.pairs.count > map.referenceLayers,
      map.mapped.count == map.referenceLayers, Set(map.mapped).count == map.mapped.count
    else { return nil }
    let added = map.pairs.filter { $0.reference == nil }.map(\.subject)
    // What has its counterparts under other names or numbers was not added.
    let isThere = context.matched.contains { matched in
      matched.tensor.component == map.component && matched.tensor.matrix != nil
        && matched.tensor.layer.map(added.contains) ?? false
    }
    guard !isThere else { return nil }
    return Change(
      .depthExtend,
      [
        .from: .integer(map.referenceLayers), .to: .integer(map.pairs.count),
        .added: .integers(added),
      ])
  }
}

/// Layers were put into another order.
enum LayerReorderRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    guard let map = context.layerMap, map.pairs.count == map.referenceLayers,
      Set(map.mapped).count == map.mapped.count, map.mapped != map.mapped.sorted()
    else { return nil }
    let moved = map.pairs.filter { $0.reference != nil && $0.reference != $0.subject }
    return Change(.layerReorder, [.layers: .integers(moved.map(\.subject))])
  }
}

extension ParentContext {
  /// Whether most of some layers of the reference has counterparts in a component of the subject, whose names
  /// tell layers in another way then.
  fileprivate func hasCounterparts(ofLayers layers: Set<Int>, in component: String) -> Bool {
    let kept = Set(matched.map(\.pair.reference))
    // Names may call the component something else, too.
    let components = Set(
      matched.lazy.filter { $0.tensor.component == component }.map(\.other.component))
    let parts = reference.tensors.indices.filter { index in
      let tensor = reference.tensors[index]
      return tensor.isEvidence && components.contains(tensor.component)
        && tensor.layer.map(layers.contains) ?? false
    }
    return 2 * parts.count(where: kept.contains) > parts.count
  }
}

extension ModelFingerprint {
  /// Layers of a component, whether or not their weights can be compared.
  fileprivate func layerCount(of component: String) -> Int {
    Set(tensors.lazy.filter { $0.component == component }.compactMap(\.layer)).count
  }
}
