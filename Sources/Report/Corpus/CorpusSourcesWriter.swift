package import Compare

/// A list of sources, for people and for machines.
package enum CorpusSourcesWriter {
  package static func text(
    _ sources: [CorpusSources.Source], options: WriterOptions
  ) -> String {
    guard !sources.isEmpty else { return "" }
    let rows = sources.map { source in
      [
        printable(source.id), printable(source.family),
        (source.license.map(printable) ?? "")
          + (source.license != nil && !source.isLicenseSeen ? " ?" : ""),
        source.components.joined(separator: "+"), source.released ?? "",
        source.isOriginal
          ? "original" : source.parents.map { "← " + printable($0) }.joined(separator: " "),
      ]
    }
    let headings = [
      "id", "family", "licence (?: not read on a card)", "parts", "released", "descent",
    ]
    return Page(options: options).table([headings] + rows, rightAligned: [], headings: true)
      .map { $0 + "\n" }.joined()
  }

  /// In the form in which lists are read.
  package static func json(_ sources: [CorpusSources.Source]) -> String {
    JSONNode.object([
      "schema": .integer(CorpusSources.schema),
      "sources": .array(sources.map(\.node)),
    ]).encoded() + "\n"
  }
}

extension CorpusSources.Source {
  fileprivate var node: JSONNode {
    .present([
      "id": .string(id),
      "family": .string(family),
      "license": license.map(JSONNode.string),
      "licenseSeen": license.map { _ in .bool(isLicenseSeen) },
      "architecture": architecture.map(JSONNode.string),
      "components": components.isEmpty ? nil : .strings(components),
      "original": isOriginal ? .bool(true) : nil,
      "parents": parents.isEmpty ? nil : .strings(parents),
      "released": released.map(JSONNode.string),
      "revision": revision.map(JSONNode.string),
    ])
  }
}
