private import Foundation

/// A picture as inline SVG: an image with a title and a description for those who cannot see it.
///
/// Colours are classes that the style sheet gives, so that a picture follows the page's theme.
struct SVG {
  /// Beginning of the identifiers in this picture; the page has one name for each.
  let id: String
  let title: String
  let description: String
  let width: Double
  let height: Double
  private var content: [XML] = []

  init(id: String, title: String, description: String, width: Double, height: Double) {
    self.id = id
    self.title = title
    self.description = description
    self.width = width
    self.height = height
  }

  var markup: XML {
    XML.element(
      "svg",
      [
        "viewBox": "0 0 \(Self.number(width)) \(Self.number(height))", "role": "img",
        "aria-labelledby": "\(id)-title \(id)-desc", "preserveAspectRatio": "xMidYMid meet",
      ],
      XML.element("title", ["id": "\(id)-title"], XML(title)),
      XML.element("desc", ["id": "\(id)-desc"], XML(description)), XML.joined(content))
  }

  /// - Parameters:
  ///   - hint: what a pointer that rests on it is told.
  ///   - place: by which links find it.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, style: String, radius: Double = 0,
    hint: String? = nil, place: String? = nil
  ) {
    content.append(
      XML.element(
        "rect",
        [
          "id": place, "x": Self.number(x), "y": Self.number(y),
          "width": Self.number(max(0, width)), "height": Self.number(max(0, height)),
          "rx": radius > 0 ? Self.number(radius) : nil,
          "class": style,
        ], hint.map { XML.element("title", [:], XML($0)) } ?? XML.empty))
  }

  mutating func line(x1: Double, y1: Double, x2: Double, y2: Double, style: String) {
    content.append(
      XML.void(
        "line",
        [
          "x1": Self.number(x1), "y1": Self.number(y1), "x2": Self.number(x2),
          "y2": Self.number(y2), "class": style,
        ]))
  }

  mutating func circle(x: Double, y: Double, radius: Double, style: String, hint: String) {
    content.append(
      XML.element(
        "circle",
        ["cx": Self.number(x), "cy": Self.number(y), "r": Self.number(radius), "class": style],
        XML.element("title", [:], XML(hint))))
  }

  /// Straight lines through points, closed or not.
  mutating func path(_ points: [(x: Double, y: Double)], closed: Bool = false, style: String) {
    guard let first = points.first else { return }
    let rest = points.dropFirst().map { "L\(Self.number($0.x)) \(Self.number($0.y))" }
    let start = "M\(Self.number(first.x)) \(Self.number(first.y))"
    content.append(
      XML.void("path", ["d": start + rest.joined() + (closed ? "Z" : ""), "class": style]))
  }

  /// Squares of one size and style, as one element however many they are.
  mutating func squares(_ corners: [(x: Double, y: Double)], side: Double, style: String) {
    guard !corners.isEmpty else { return }
    let size = Self.number(side)
    let outline = corners.map { corner in
      "M\(Self.number(corner.x)) \(Self.number(corner.y))h\(size)v\(size)h-\(size)z"
    }
    content.append(XML.void("path", ["d": outline.joined(), "class": style]))
  }

  enum Anchor: String {
    case start, middle, end
  }

  mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, style: String = "label"
  ) {
    content.append(
      XML.element(
        "text",
        [
          "x": Self.number(x), "y": Self.number(y),
          "text-anchor": anchor == .start ? nil : anchor.rawValue, "class": style,
        ], XML(text)))
  }

  /// At most two decimals, none where they are zero.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    var text = String(format: "%.2f", value)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text == "-0" ? "0" : text
  }
}
