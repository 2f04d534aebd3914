internal import Judge

/// All models of a drawing by name, each leading to where it stands, and a search among them.
struct FamilyIndex {
  struct Entry {
    let name: String
    /// Identifier of the element where it stands.
    let place: String
    /// What else is known of it, which the search looks through too.
    let notes: [String]
  }

  private let entries: [Entry]
  private let language: Language

  init(_ entries: [Entry], language: Language) {
    self.entries = entries.sorted { ($0.name, $0.place) < ($1.name, $1.place) }
    self.language = language
  }

  var markup: XML {
    let names = entries.map { entry in
      (
        entry.name,
        XML.element(
          "li", [:], XML.element("a", ["href": "#" + entry.place], XML(entry.name)),
          XML.element("span", ["class": "soft"], XML(entry.notes.map { " · " + $0 }.joined())))
      )
    }
    return XML.element(
      "nav", ["aria-label": language(FamilyHeading.byName)],
      XML.element("h2", [:], XML(language(FamilyHeading.byName))),
      FamilySearch(language: language).markup,
      XML.element("p", ["class": "soft"], XML(language(FamilyHeading.searchNote))),
      XML.element("div", ["id": FamilySearch.names], FoldedList(names, language: language).markup))
  }
}
