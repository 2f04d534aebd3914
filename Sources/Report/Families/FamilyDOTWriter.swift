internal import Judge

/// The families as a graph for Graphviz: `dot -Tsvg`.
package struct FamilyDOTWriter: FamilyWriter {
  package static let format = "dot"

  private let language: Language

  package init(options: WriterOptions) {
    language = options.language
  }

  package func write(_ report: FamilyReport) -> String {
    let forest = report.forest
    var lines = [
      "digraph families {",
      "  graph [rankdir=LR, fontname=\"sans-serif\"];",
      "  node [shape=box, style=rounded, fontname=\"sans-serif\"];",
      "  edge [fontname=\"sans-serif\", fontsize=10];",
    ]
    for (index, family) in forest.families.enumerated() {
      lines += cluster(family, number: index, forest)
    }
    lines += forest.strangers.map { stranger in
      "  m\(stranger.model) [label=\(name(stranger.model, forest)), color=gray];"
    }
    lines += assertions(forest)
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private func cluster(_ family: Family, number: Int, _ forest: FamilyForest) -> [String] {
    func id(_ node: Family.Node) -> String {
      switch node {
      case .model(let model): "m\(model)"
      case .ancestor(let ancestor): "u\(number)_\(ancestor)"
      }
    }
    var lines = [
      "  subgraph cluster_\(number) {",
      "    label=\(Self.quoted(language.name(family, number: number + 1)));",
    ]
    lines += family.models.map { "    m\($0) [label=\(name($0, forest))];" }
    lines += family.ancestors.enumerated().map { index, ancestor in
      let label = Self.quoted(
        TextLayout.wrapped(printable(language.words(ancestor, forest)), to: 32))
      return "    u\(number)_\(index) [label=\(label), style=dashed];"
    }
    lines += family.edges.map { edge in
      var attributes: [String] = []
      var label = edge.distance.map(Figures.distance) ?? ""
      if case .descent(_, let coefficient?) = edge.kind {
        label += " × " + Figures.rounded(coefficient, 2)
      }
      if !label.isEmpty { attributes.append("label=\(Self.quoted(label))") }
      if !edge.isDescent { attributes.append("dir=none") }
      return "    \(id(edge.from)) -> \(id(edge.to)) [\(attributes.joined(separator: ", "))];"
    }
    return lines + ["  }"]
  }

  /// What is said: parents that are none of the models are nodes outside of all families.
  private func assertions(_ forest: FamilyForest) -> [String] {
    var absent: [String] = []
    var lines: [String] = []
    for assertion in forest.assertions {
      var parent = assertion.parent.map { "m\($0)" }
      if parent == nil {
        let number = absent.firstIndex(of: assertion.name) ?? absent.count
        if number == absent.count {
          absent.append(assertion.name)
          lines.append(
            "  a\(number) [label=\(Self.quoted(assertion.name)), style=dotted, color=gray];")
        }
        parent = "a\(number)"
      }
      let colour = forest.standing(of: assertion) == .contradicted ? "red" : "gray"
      lines.append(
        "  \(parent ?? "") -> m\(assertion.child) [style=dashed, constraint=false, "
          + "color=\(colour)];")
    }
    return lines
  }

  private func name(_ model: Int, _ forest: FamilyForest) -> String {
    Self.quoted(forest.models[model].name)
  }

  private static func quoted(_ text: String) -> String { quoted([text]) }

  /// A label: no quote, escape or entity of the text's own is one to Graphviz.
  private static func quoted(_ lines: [String]) -> String {
    let escaped = lines.map { line in
      printable(line).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("&", with: "&amp;")
    }
    return "\"" + escaped.joined(separator: "\\n") + "\""
  }
}
