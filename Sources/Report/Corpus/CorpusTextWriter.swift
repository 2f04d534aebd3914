internal import Compare

/// The reply for people; failures go to stderr, and are not in it.
package enum CorpusTextWriter {
  package static func write(_ reply: CorpusReply, options: WriterOptions) -> String {
    var lines: [String]
    switch reply.action {
    case .list: lines = list(reply, options)
    case .show: lines = reply.items.flatMap(details)
    case .verify: lines = verdict(reply)
    case .export, .import: lines = reply.items.filter { $0.state == .new }.map(change)
    case .add, .remove, .pull: lines = reply.items.map(change)
    case .sync:
      let there = reply.items.count { $0.state == .present }
      lines =
        reply.items.filter { $0.state != .present }.map(change)
        + (there > 0 ? ["\(there) were there already"] : [])
    }
    switch reply.calibration {
    case .new: lines.append("calibration.json: what its pairs reached")
    case .changed: lines.append("changed: calibration.json")
    case .own: lines.append("its calibration was not taken: the corpus has measured its own")
    case .present, nil: break
    }
    if let archive = reply.archive {
      let there = reply.items.count { $0.state == .present }
      let count = Figures.plural(reply.items.count, "reference")
      if reply.action == .import, there > 0 { lines.append("\(there) were there already") }
      lines.append(
        "\(count) \(reply.action == .import ? "from" : "in") \(printable(archive.path)), "
          + Figures.bytes(Double(archive.byteCount)))
      lines.append("SHA-256 \(archive.sha256)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func change(_ item: CorpusItem) -> String {
    let state =
      switch item.state {
      case .new, nil: ""
      case .changed: "changed: "
      case .present: "already there: "
      case .removed: "removed: "
      }
    let size = item.state == .removed ? nil : item.byteCount.map { Figures.bytes(Double($0)) }
    return state + printable(item.file) + (size.map { "  \($0)" } ?? "") + "  as "
      + printable(item.id)
  }

  // MARK: Lists

  private static func list(_ reply: CorpusReply, _ options: WriterOptions) -> [String] {
    let rows = reply.items.map { item in
      [
        printable(item.id), item.kind == .fingerprint ? "fingerprint" : "model",
        item.byteCount.map { Figures.bytes(Double($0)) } ?? "",
        printable(item.facts?.family ?? ""), printable(item.facts?.license ?? ""),
        item.facts?.released ?? "", item.facts?.isOriginal ?? false ? "original" : "",
      ]
    }
    let table =
      rows.isEmpty
      ? []
      : Page(options: options).table(
        [["id", "kind", "size", "family", "licence", "released", ""]] + rows, rightAligned: [2],
        headings: true)
    return table + issues(reply) + [
      "\(Figures.plural(reply.items.count, "reference")) in \(printable(reply.corpus))"
    ]
  }

  private static func issues(_ reply: CorpusReply) -> [String] {
    reply.issues.map { issue in
      "\(issue.kind.rawValue): " + issue.references.map(printable).joined(separator: ", ") + ": "
        + printable(issue.message)
    }
  }

  private static func verdict(_ reply: CorpusReply) -> [String] {
    let damaged = reply.issues.count { $0.kind == .damaged }
    let contradictions = reply.issues.count { $0.kind == .contradiction }
    let duplicates = reply.issues.count { $0.kind == .duplicate }
    let checked = reply.items.count { $0.facts?.sha256 != nil && $0.content != nil }
    let usable = reply.items.count { $0.content != nil }
    return issues(reply) + [
      "\(Figures.plural(usable, "reference")) can be used, \(checked) of them with the SHA-256 of "
        + "the manifest; \(damaged) damaged, \(contradictions) contradictions, \(duplicates) "
        + "groups of duplicates"
    ]
  }

  // MARK: One reference

  private static func details(_ item: CorpusItem) -> [String] {
    let facts = item.facts
    let content = item.content
    let rows: [(String, String?)] = [
      ("file", item.file),
      ("size", item.byteCount.map { Figures.bytes(Double($0)) }),
      ("name", facts?.name),
      ("family", facts?.family ?? content?.family),
      ("licence", facts?.license),
      ("by its card", content?.license),
      ("revision", facts?.sourceRevision),
      ("released", facts?.released),
      ("original", facts?.isOriginal ?? false ? "yes" : nil),
      ("parents", facts.flatMap { list($0.parents) }),
      ("declared", content.flatMap { list($0.declaredParents) }),
      ("aliases", facts.flatMap { list($0.aliases) }),
      ("format", content?.format),
      ("parameters", content.map { Figures.count($0.parameters) }),
      ("tensors", content.map { String($0.tensors) }),
      ("components", content.flatMap { list($0.components) }),
      ("circuits", content.map { "\(Figures.plural($0.circuitLayers, "layer"))" }),
      ("digest", content?.digest),
      ("SHA-256", facts?.sha256),
      ("notes", content.flatMap { list($0.notes) }),
    ]
    return [printable(item.id)]
      + rows.compactMap { label, text in
        text.map { "  " + TextLayout.padded(label, to: 12) + printable($0) }
      }
  }

  private static func list(_ names: [String]) -> String? {
    names.isEmpty ? nil : names.joined(separator: ", ")
  }
}
