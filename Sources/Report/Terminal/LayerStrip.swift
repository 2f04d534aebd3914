internal import Judge

/// How like its counterpart each layer is, one block character per layer.
struct LayerStrip {
  let pairs: [LayerPair]
  let measure: Int
  var language = Language.en

  private var isIdentity: Bool { pairs.allSatisfy { $0.reference == $0.subject } }

  /// Lines with their labels.
  ///
  /// Reference layer numbers are shown when they are not the subject's.
  func lines(_ palette: Palette) -> [(label: String, line: String)] {
    guard !pairs.isEmpty else { return [] }
    return isIdentity ? strip(palette) : table(palette)
  }

  /// One row of blocks and a caption: `▆▆▆▅▅▅  layers 0–5, similarity 0.61 … 0.72`.
  private func strip(_ palette: Palette) -> [(label: String, line: String)] {
    let values = pairs.map(\.similarity).filter(\.isFinite)
    let caption = language.say(
      .stripCaption, Figures.runs(pairs.map(\.subject)), Figures.cosine(values.min()),
      Figures.cosine(values.max()))
    let rows = chunks(of: measure)
    var lines = rows.enumerated().map { index, row in
      (
        index == 0 ? language.say(.layers).lowercased() : "",
        palette.paint(String(row.map(block)), .cyan)
      )
    }
    if let last = rows.last, last.count + 2 + TextLayout.width(caption) <= measure {
      lines[lines.count - 1].1 += "  " + palette.paint(caption, .dim)
    } else {
      lines.append(("", palette.paint(caption, .dim)))
    }
    return lines
  }

  /// Three rows per chunk: layer, similarity, layer of the reference.
  private func table(_ palette: Palette) -> [(label: String, line: String)] {
    let numbers = pairs.flatMap { [$0.subject, $0.reference ?? 0] }
    let cell = (numbers.map { String($0).count }.max() ?? 1) + 1
    return chunks(of: measure / cell).flatMap { row -> [(label: String, line: String)] in
      func cells(_ text: (LayerPair) -> String) -> String {
        row.map { TextLayout.leftPadded(text($0), to: cell - 1) }.joined(separator: " ")
      }
      return [
        (language.say(.layer), palette.paint(cells { String($0.subject) }, .dim)),
        (language.say(.similarity), palette.paint(cells { String(block($0)) }, .cyan)),
        (language.say(.reference), cells { $0.reference.map(String.init) ?? "–" }),
      ]
    }
  }

  private func block(_ pair: LayerPair) -> Character {
    pair.reference == nil ? "·" : Blocks.level(pair.similarity)
  }

  private func chunks(of size: Int) -> [ArraySlice<LayerPair>] {
    stride(from: 0, to: pairs.count, by: max(size, 1)).map {
      pairs[$0..<min($0 + max(size, 1), pairs.count)]
    }
  }
}
