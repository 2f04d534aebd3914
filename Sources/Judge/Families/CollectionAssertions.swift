import Compare
import Fingerprint
import Load

/// What cards and the corpus's manifest say of descent within a collection.
struct CollectionAssertions {
  let parents: [AssertedParent]
  private let originals: [Int]

  init(_ members: [Reference]) {
    let names = members.map { member in
      [
        ReferenceNames(
          id: member.id, manifest: member.manifest, fingerprint: member.fingerprint.identity.name)
      ]
        + member.twins.map {
          ReferenceNames(id: $0.id, manifest: $0.manifest, fingerprint: $0.name)
        }
    }
    var byName: [String: [Int]] = [:]
    for (index, own) in names.enumerated() {
      for name in Set(own.flatMap(\.plainNames)).sorted() {
        byName[name, default: []].append(index)
      }
    }
    var parents: [AssertedParent] = []
    for (child, member) in members.enumerated() {
      let manifests = [member.manifest] + member.twins.map(\.manifest)
      var said = manifests.flatMap { $0?.parents ?? [] }.map {
        (name: $0, source: AssertedParent.Source.manifest)
      }
      said += member.fingerprint.identity.disclosure.parents.filter(\.isPlain).map {
        ($0.name, .card($0.source.rawValue))
      }
      for (name, source) in said {
        guard let hubName = HubName(name) else { continue }
        let meant = (byName[hubName.name] ?? []).filter { index in
          names[index].contains { $0.contains(hubName) }
        }
        // A base that was saved in place names itself.
        if meant.contains(child) { continue }
        let parent = meant.count == 1 ? meant[0] : nil
        let isSaid = parents.contains {
          $0.child == child && ($0.name == name || parent != nil && $0.parent == parent)
        }
        if !isSaid {
          parents.append(AssertedParent(child: child, parent: parent, name: name, source: source))
        }
      }
    }
    self.parents = parents
    originals = members.indices.filter { members[$0].isOriginal }
  }

  /// - Parameter areCompared: whether two models were held against each other, and enough was seen of
  ///   both.
  func conflicts(
    _ links: FamilyLinks, areCompared: (Int, Int) -> Bool
  ) -> [AssertionConflict] {
    let asserted = parents.compactMap { assertion -> AssertionConflict? in
      guard let parent = assertion.parent else { return nil }
      let child = assertion.child
      if links.isAncestor(child, of: parent) { return .reversed(assertion) }
      if links.isAncestor(parent, of: child) { return nil }
      if links.excluded.contains(FamilyLinks.Arrow(parent: parent, child: child)) {
        return .excluded(assertion)
      }
      let isLinked = links.links[FamilyLinks.Pair(parent, child)] != nil
      return !isLinked && areCompared(child, parent) && areCompared(parent, child)
        ? .unrelated(assertion) : nil
    }
    return asserted
      + originals.flatMap { original in
        links.parents(of: original).map { .originalHasParent(original: original, parent: $0) }
      }
  }
}
