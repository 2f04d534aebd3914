internal import Judge

/// What became of the tensors of each role, as shares of their parameters.
struct RoleBars {
  let tensors: [TensorDetail]
  let id: String
  let language: Language

  /// Parameters of a role by what became of them.
  private struct Row {
    var role: String
    var counts: [Double] = Array(repeating: 0, count: TensorStatus.allCases.count)
    var total: Double { counts.reduce(0, +) }
  }

  private static let shown = 16

  /// Largest first.
  private var rows: [Row] {
    var rows: [String: Row] = [:]
    for tensor in tensors {
      guard let status = TensorStatus.allCases.firstIndex(of: tensor.status) else { continue }
      let size = tensor.shape.reduce(1.0) { $0 * Double(max($1, 0)) }
      rows[tensor.role, default: Row(role: tensor.role)].counts[status] += size
    }
    return rows.values.filter { $0.total > 0 }
      .sorted { ($1.total, $0.role) < ($0.total, $1.role) }
  }

  var markup: XML? {
    let all = rows
    let rows = all.prefix(Self.shown)
    guard !rows.isEmpty else { return nil }
    let (left, width, pitch) = (140.0, 208.0, 22.0)
    let total = all.reduce(0) { $0 + $1.total }
    var svg = SVG(
      id: id, title: language.say(.roleBars), description: language.say(.roleBarsText),
      width: 400, height: Double(rows.count) * pitch + 22)
    svg.text(language.say(.shareOfWeights), x: 398, y: 12, anchor: .end, style: "axis")
    for (index, row) in rows.enumerated() {
      let y = 20 + Double(index) * pitch
      svg.text(
        TextLayout.shortened(printable(language.role(row.role)), to: 22), x: left - 8, y: y + 12,
        anchor: .end)
      var x = left
      for (status, count) in row.counts.enumerated() where count > 0 {
        let part = width * count / row.total
        let name = language.parts[status]
        svg.rectangle(
          x: x, y: y, width: part, height: 15, style: "part\(status)",
          hint: "\(language.role(row.role)): \(name) \(Figures.percent(count / row.total))")
        x += part
      }
      svg.text(Figures.percent(row.total / total), x: 398, y: y + 12, anchor: .end)
    }
    return svg.markup
  }
}

extension Language {
  /// What can become of weights, in the order of the colours `part0` … `part4`.
  var parts: [String] {
    [say(.unchanged), say(.reencoded), say(.modified), say(.new), say(.untested)]
  }
}
