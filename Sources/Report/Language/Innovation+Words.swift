internal import Judge

extension Language {
  /// The assessment's figures with their weights and what they are: architecture, weights, results
  /// and the mean of the three.
  func innovation(
    _ innovation: Innovation
  ) -> [(name: String, value: String, weight: String, note: String)] {
    func figure(_ value: Double?) -> String { value.map(Figures.short) ?? "–" }
    func weight(_ name: String) -> String {
      guard case .number(let value) = innovation.inputs["weight.\(name)"] else { return "" }
      return Figures.short(value)
    }
    let structure =
      if case .text(let name) = innovation.inputs["nearestReference"] {
        say(.structureAgainst, TextLayout.shortened(name, to: 32))
      } else {
        ""
      }
    return [
      (
        say(.architectureFigure), figure(innovation.architecture), weight("architecture"),
        structure
      ),
      (
        say(.weightsFigure), figure(innovation.weights), weight("weights"),
        say(.weightsFigureText)
      ),
      (
        say(.resultsFigure), figure(innovation.results), weight("results"),
        say(.resultsFigureText)
      ),
      (say(.compositeFigure), figure(innovation.composite), "", missing(innovation)),
    ]
  }

  private func missing(_ innovation: Innovation) -> String {
    guard innovation.composite == nil, case .texts(let names) = innovation.inputs["missing"] else {
      return ""
    }
    let figures = [
      "architecture": Phrase.architectureFigure, "weights": .weightsFigure,
      "results": .resultsFigure,
    ]
    return say(
      .notMade, names.map { figures[$0].map(say) ?? $0 }.joined(separator: comma))
  }

  /// What the figures were made from, in two lists: changes of the structure, gains in benchmarks.
  func ingredients(_ innovation: Innovation) -> [String] {
    [
      ("architecture.", ".change", Phrase.structureChanges), ("training.", ".gain", .trainingGains),
      ("algorithm.", ".gain", .algorithmGains), ("results.", ".gain", .gains),
    ].compactMap { prefix, suffix, phrase in
      let parts = innovation.inputs.sorted { $0.key < $1.key }.compactMap {
        key, value -> String? in
        guard key.hasPrefix(prefix), key.hasSuffix(suffix), case .number(let number) = value
        else { return nil }
        return key.dropFirst(prefix.count).dropLast(suffix.count) + " " + Figures.short(number)
      }
      return parts.isEmpty ? nil : say(phrase, parts.joined(separator: " · "))
    }
  }
}
