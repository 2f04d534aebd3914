private import Foundation

/// How the change spreads over directions, beside what a change of full rank would look like.
struct SpectrumPicture {
  /// Shares that sum to 1, largest first.
  let shares: [Double]
  let id: String
  let language: Language

  /// Shares that a random square matrix of this side has: squared singular values at the quantiles
  /// of the Marchenko–Pastur law for ratio 1, largest first.
  ///
  /// With x = 4 sin²θ the law's distribution function is F = 2/π · (θ + sin θ cos θ).
  static func random(_ side: Int) -> [Double] {
    let values = (0..<side).map { index -> Double in
      let target = 1 - (Double(index) + 0.5) / Double(side)
      var (low, high) = (0.0, Double.pi / 2)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        let below = 2 / Double.pi * (middle + sin(middle) * cos(middle))
        if below < target { low = middle } else { high = middle }
      }
      return 4 * sin(low) * sin(low)
    }
    let total = values.reduce(0, +)
    return values.map { $0 / total }
  }

  var markup: XML? {
    guard let largest = shares.first, largest > 0 else { return nil }
    let (left, base, height) = (44.0, 150.0, 126.0)
    let random = Self.random(shares.count)
    let top = max(largest, random.first ?? 0)
    let slot = 340 / Double(shares.count)
    func y(_ share: Double) -> Double { base - height * share / top }
    var svg = SVG(
      id: id, title: language.say(.spectrum),
      description: language.say(.spectrumText, Figures.percent(largest)), width: 400, height: 190)
    for mark in [0, top / 2, top] {
      svg.line(x1: left, y1: y(mark), x2: left + 340, y2: y(mark), style: "grid")
      svg.text(Figures.percent(mark), x: left - 5, y: y(mark) + 4, anchor: .end)
    }
    for (index, share) in shares.enumerated() {
      svg.rectangle(
        x: left + slot * Double(index) + slot * 0.12, y: y(share), width: slot * 0.76,
        height: base - y(share), style: "bar", hint: "\(index + 1): \(Figures.percent(share))")
    }
    svg.path(
      random.enumerated().map { (left + slot * (Double($0) + 0.5), y($1)) }, style: "reference-line"
    )
    for index in [0, 7, 15, 23, 31] where index < shares.count {
      svg.text(
        String(index + 1), x: left + slot * (Double(index) + 0.5), y: base + 15, anchor: .middle)
    }
    svg.text(
      language.say(.direction), x: left + 170, y: base + 34, anchor: .middle, style: "axis")
    return svg.markup
  }
}
