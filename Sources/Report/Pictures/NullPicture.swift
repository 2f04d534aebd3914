private import Foundation
internal import Judge

/// Where every reference stands in the distribution that independent models have.
///
/// Up to z = 8 the axis is linear and shows the standard normal curve; beyond, it is logarithmic.
struct NullPicture {
  let candidates: [Candidate]
  let parents: Set<String>
  let id: String
  let language: Language

  private static let (left, right, split) = (14.0, 386.0, 236.0)
  private static let (lowest, linear, highest) = (-5.0, 8.0, 2000.0)
  private static let base = 120.0

  static func x(_ z: Double) -> Double {
    let z = min(max(z, lowest), highest)
    if z <= linear { return left + (z - lowest) / (linear - lowest) * (split - left) }
    return split + log(z / linear) / log(highest / linear) * (right - split)
  }

  /// z of each candidate and kind of evidence.
  private var points: [(z: Double, candidate: Candidate, isLinear: Bool)] {
    candidates.flatMap { candidate in
      [(candidate.linearZ, true), (candidate.circuitsZ, false)].compactMap { z, isLinear in
        z.flatMap { $0.isFinite ? ($0, candidate, isLinear) : nil }
      }
    }
  }

  var markup: XML? {
    let points = points
    guard !points.isEmpty else { return nil }
    let strongest = points.max { $0.z < $1.z }
    var svg = SVG(
      id: id, title: language.say(.nullPicture),
      description: language.say(
        .nullText, language.count(candidates.count, .reference), Figures.z(strongest?.z ?? 0),
        strongest?.candidate.reference ?? ""),
      width: 400, height: 190)
    curve(&svg)
    axis(&svg)
    for (index, point) in points.enumerated() {
      let isParent = parents.contains(point.candidate.reference)
      let kind = language.say(point.isLinear ? .sameNumbers : .sameFunction)
      svg.circle(
        x: Self.x(point.z), y: Self.base + 10 + 5 * Double(index % 4),
        radius: isParent ? 5 : 3.5,
        style: (isParent ? "dot parent" : "dot") + (point.isLinear ? " hollow" : ""),
        hint: "\(point.candidate.reference): \(kind), z = \(Figures.z(point.z))")
    }
    if let strongest, parents.contains(strongest.candidate.reference) {
      let x = Self.x(strongest.z)
      svg.line(x1: x, y1: 34, x2: x, y2: Self.base + 6, style: "pointer")
      svg.text(
        "z = " + Figures.z(strongest.z), x: min(x, 384), y: 28,
        anchor: x > 340 ? .end : .middle, style: "strong")
    }
    return svg.markup
  }

  private func curve(_ svg: inout SVG) {
    let points = stride(from: Self.lowest, through: Self.linear, by: 0.125).map { z in
      (Self.x(z), Self.base - 76 * exp(-z * z / 2))
    }
    svg.path(
      [(Self.left, Self.base)] + points + [(Self.split, Self.base)], closed: true, style: "null")
    svg.text(language.say(.independent), x: Self.x(0), y: 28, anchor: .middle)
    let x = Self.x(NullPicture.threshold)
    svg.line(x1: x, y1: 44, x2: x, y2: Self.base, style: "threshold")
    svg.text("p = 10⁻¹⁰", x: x, y: 40, anchor: .middle)
  }

  /// z of a one-sided p-value of 10⁻¹⁰.
  private static let threshold = 6.361

  private func axis(_ svg: inout SVG) {
    svg.line(x1: Self.left, y1: Self.base, x2: Self.right, y2: Self.base, style: "axis-line")
    for z in [-4.0, 0, 4, 8, 30, 100, 300, 1000] {
      let x = Self.x(z)
      svg.line(x1: x, y1: Self.base + 34, x2: x, y2: Self.base + 38, style: "axis-line")
      svg.text(SVG.number(z), x: x, y: Self.base + 52, anchor: .middle)
    }
    svg.text("z", x: Self.right, y: Self.base + 66, anchor: .end, style: "axis")
  }
}
