internal import Judge

extension Page {
  /// The assessment and what it was made from.
  mutating func innovation(_ innovation: Innovation) {
    func figure(_ value: Double?) -> String { value.map(Figures.short) ?? "–" }
    func weight(_ name: String) -> String {
      guard case .number(let value) = innovation.inputs["weight.\(name)"] else { return "" }
      return Figures.short(value)
    }
    var rows = [["", "value", "weight", ""]]
    let reference =
      if case .text(let name) = innovation.inputs["nearestReference"] {
        "structure against " + TextLayout.shortened(printable(name), to: 32)
      } else {
        ""
      }
    rows.append(
      ["architecture", figure(innovation.architecture), weight("architecture"), reference])
    rows.append(
      [
        "weights", figure(innovation.weights), weight("weights"),
        "share that no reference explains",
      ])
    rows.append(
      ["results", figure(innovation.results), weight("results"), "gain in the scores supplied"])
    rows.append(["composite", figure(innovation.composite), "", missing(innovation)])
    block("Innovation", table(rows, rightAligned: [1, 2], headings: true))
    let changes = innovation.inputs.sorted { $0.key < $1.key }.compactMap { key, value -> String? in
      guard key.hasPrefix("architecture."), key.hasSuffix(".change"),
        case .number(let change) = value
      else { return nil }
      return key.dropFirst("architecture.".count).dropLast(".change".count) + " "
        + Figures.short(change)
    }
    if !changes.isEmpty { paragraph("", "structure: " + changes.joined(separator: " · ")) }
    let gains = innovation.inputs.sorted { $0.key < $1.key }.compactMap { key, value -> String? in
      guard key.hasPrefix("results."), key.hasSuffix(".gain"), case .number(let gain) = value
      else { return nil }
      return printable(String(key.dropFirst("results.".count).dropLast(".gain".count))) + " "
        + Figures.short(gain)
    }
    if !gains.isEmpty { paragraph("", "gains: " + gains.joined(separator: " · ")) }
  }

  private func missing(_ innovation: Innovation) -> String {
    guard innovation.composite == nil, case .texts(let names) = innovation.inputs["missing"] else {
      return ""
    }
    return "not made: no " + names.joined(separator: ", ")
  }
}
