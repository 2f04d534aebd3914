internal import Judge

/// `inspect` for people at a terminal.
package struct DescriptionWriter: Sendable {
  private let options: WriterOptions

  package init(options: WriterOptions) {
    self.options = options
  }

  package func write(_ model: ModelDescription) -> String {
    var page = Page(options: options)
    page.block(
      "Model",
      [options.palette.paint(TextLayout.shortened(printable(model.name), to: page.measure), .bold)]
    )
    let facts = [
      Figures.count(model.parameters) + " parameters",
      Figures.plural(model.tensors.count, "tensor"),
      model.family.map { printable($0) + " family" } ?? "no known architecture",
      printable(model.format), Figures.bytes(Double(model.byteCount)),
    ]
    page.paragraph("", facts.joined(separator: " · "))
    page.paragraph("declares", printable(options.language.declares(model.declared)))
    page.line()
    let parts = model.components.map { part in
      [
        printable(part.name), part.layers.map { Figures.plural($0, "layer") } ?? "",
        Figures.count(part.parameters) + " parameters",
      ]
    }
    page.block("Parts", page.table(parts, rightAligned: [1, 2], headings: false))
    page.line()
    page.block("Tensors", tensors(model.tensors, in: page))
    for (index, note) in model.notes.enumerated() {
      if index == 0 { page.line() }
      page.paragraph(index == 0 ? "Notes" : "", printable(note))
    }
    return page.text
  }

  private func tensors(_ tensors: [ModelDescription.TensorEntry], in page: Page) -> [String] {
    var rows = [["name", "type", "shape", "layer", "role"]]
    rows += tensors.map { tensor in
      [
        printable(tensor.name), printable(tensor.elementType),
        TextLayout.shortened(tensor.shape.map(String.init).joined(separator: "×"), to: 16),
        tensor.layer.map(String.init) ?? "–", printable(tensor.role),
      ]
    }
    return page.table(rows, rightAligned: [3], headings: true, flexible: 0)
  }
}
