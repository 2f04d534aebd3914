internal import Judge

/// How much of each layer stayed, was changed, and is new.
struct LayerBars {
  let component: String
  let layers: [LayerDetail]
  /// What is drawn, in a sentence.
  let text: String
  let id: String
  let language: Language

  var markup: XML {
    let (left, base, height, width) = (44.0, 130.0, 112.0, 346.0)
    let slot = min(width / Double(max(layers.count, 1)), 40)
    var svg = SVG(
      id: id, title: language.say(.layerBars) + " · " + component,
      description: text,
      width: 400, height: 168)
    for mark in [0.0, 0.5, 1] {
      let y = base - height * mark
      svg.line(x1: left, y1: y, x2: left + width, y2: y, style: "grid")
      svg.text(Figures.percent(mark), x: left - 5, y: y + 4, anchor: .end)
    }
    let gap = slot >= 5 ? slot * 0.14 : 0
    for (index, layer) in layers.enumerated() {
      let x = left + slot * Double(index) + gap / 2
      let unchanged = min(max(layer.unchanged, 0), 1)
      let derived = min(max(layer.derivedShare, unchanged), 1)
      let hint =
        "\(language.say(.layer)) \(layer.layer): \(language.say(.derived)) "
        + "\(Figures.percent(derived)), \(language.say(.unchanged)) \(Figures.percent(unchanged))"
      var top = base
      for (share, style) in [
        (unchanged, "part0"), (derived - unchanged, "part2"), (1 - derived, "part3"),
      ] where share > 0 {
        top -= height * share
        svg.rectangle(
          x: x, y: top, width: slot - gap, height: height * share, style: style, hint: hint)
      }
    }
    let every = max(1, Int((20 / slot).rounded(.up)))
    for index in stride(from: 0, to: layers.count, by: every) {
      svg.text(
        String(layers[index].layer), x: left + slot * (Double(index) + 0.5), y: base + 15,
        anchor: .middle)
    }
    svg.text(
      language.say(.subjectLayer), x: left + slot * Double(layers.count) / 2, y: base + 34,
      anchor: layers.count * Int(slot) > 80 ? .middle : .start, style: "axis")
    return svg.markup
  }
}
