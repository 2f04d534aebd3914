import Compare
import Fingerprint
import Load

/// What the subject and its user declare, held against the references.
struct Declarations {
  /// In the order of their sources.
  let parents: [DeclaredParent]
  let relation: String?
  let mergeMethod: String?
  private let names: [String: [ReferenceNames]]
  /// The names of the parents as owner and name.
  private let parsed: [String: HubName]
  private let own: HubName?

  init(_ comparison: Comparison, user: [String]) {
    let identity = comparison.subject.identity
    let own = ReferenceNames(id: identity.name)
    self.own = HubName("./\(identity.name)")
    // A base that was saved in place names itself: that says nothing about parents.
    var parents = identity.disclosure.parents.filter {
      $0.source != .config || !(HubName($0.name).map(own.contains) ?? false)
    }
    for name in user where !parents.contains(where: { $0.name == name && $0.isPlain }) {
      parents.append(DeclaredParent(name: name, source: .user))
    }
    self.parents = parents
    parsed = Dictionary(
      parents.compactMap { parent in HubName(parent.name).map { (parent.name, $0) } }
    ) { first, _ in first }
    relation = identity.disclosure.relation
    mergeMethod = identity.disclosure.mergeMethod
    names = Dictionary(
      comparison.references.map { ($0.id, ReferenceNames.all($0)) }
    ) { first, _ in first }
  }

  /// Names of the parents that a reader of the model's documents meets.
  var plainNames: [HubName] { parents.filter(\.isPlain).compactMap { parsed[$0.name] } }

  /// Whether a name may be the subject's own.
  func isSubject(_ name: HubName) -> Bool { own?.mayBe(name) ?? false }

  /// Names for the report, each once.
  var baseModels: [String] {
    parents.reduce(into: []) { if !$0.contains($1.name) { $0.append($1.name) } }
  }

  /// How the subject declares a reference as its parent, plainly if it does so anywhere.
  func declaration(of reference: String) -> DeclaredParent? {
    let matching = parents.filter { isNamed(reference, by: $0.name) }
    return matching.first(where: \.isPlain) ?? matching.first
  }

  func isNamed(_ reference: String, by text: String) -> Bool {
    guard let name = parsed[text] ?? HubName(text) else { return false }
    return names[reference]?.contains { $0.contains(name) } ?? false
  }

  /// Whether what the model says amounts to "this is a merge".
  var saysMerge: Bool { mergeMethod != nil || relation?.lowercased() == "merge" }
}
