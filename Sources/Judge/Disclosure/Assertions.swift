import Compare
import Fingerprint
import Load

/// What the owner of the corpus, and the references' own cards, say of who was made from whom.
struct Assertions {
  private let references: [String: Reference]

  private struct Reference {
    var isOriginal: Bool
    var parents: [HubName]
  }

  init(_ comparison: Comparison) {
    references = Dictionary(
      comparison.references.map { reference in
        let named =
          (reference.manifest?.parents ?? [])
          + reference.fingerprint.identity.disclosure.parents.filter(\.isPlain).map(\.name)
        return (
          reference.id,
          Reference(
            isOriginal: reference.manifest?.isOriginal ?? false,
            parents: named.compactMap { HubName($0) })
        )
      }
    ) { first, _ in first }
  }

  /// What they make of the direction between the subject and a reference.
  func direction(_ reference: String, subject: Declarations) -> Direction? {
    guard let known = references[reference] else { return nil }
    if let own = known.parents.first(where: subject.isSubject) {
      return Direction(.toReference, because: .corpus, reason: .namesSubject(own.text))
    }
    if known.isOriginal { return Direction(.fromReference, because: .corpus, reason: .original) }
    guard let shared = subject.plainNames.first(where: { names(reference, $0) }) else { return nil }
    return Direction(
      .commonAncestor, because: .corpus, reason: .namesDeclaredParent(shared.text),
      via: shared.text)
  }

  func isOriginal(_ reference: String) -> Bool { references[reference]?.isOriginal ?? false }

  /// Whether a reference's card or manifest names a parent.
  func names(_ reference: String, _ parent: HubName) -> Bool {
    references[reference]?.parents.contains { $0.mayBe(parent) } ?? false
  }
}

extension HubName {
  /// Equal as far as both say who owns the model.
  func mayBe(_ other: HubName) -> Bool {
    name == other.name && (owner == nil || other.owner == nil || owner == other.owner)
  }

  var text: String { owner.map { "\($0)/\(name)" } ?? name }
}
