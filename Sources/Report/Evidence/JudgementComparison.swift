internal import Foundation
package import Judge

/// A judgement beside one that was made once more: every word, count and truth must be the same, and
/// numbers the same to a millionth, because processors round differently.
package struct JudgementComparison: Sendable, Equatable {
  /// One line for each place that differs, in the order of the places.
  package private(set) var differences: [String] = []
  /// The largest difference of numbers that count as equal, as a share of the larger.
  package private(set) var rounding = 0.0

  /// Numbers that differ by a larger share are different.
  static let tolerance = 1e-6

  package init(_ reported: Judgement, _ recomputed: Judgement) {
    guard let left = JSONTree(reported), let right = JSONTree(recomputed) else {
      differences = ["cannot be put in words"]
      return
    }
    compare(left, right, at: "")
  }

  private mutating func compare(_ left: JSONTree, _ right: JSONTree, at place: String) {
    switch (left, right) {
    case (.object(let mine), .object(let theirs)):
      for key in Set(mine.keys).union(theirs.keys).sorted() {
        compare(
          mine[key] ?? .null, theirs[key] ?? .null, at: place.isEmpty ? key : place + "." + key)
      }
    case (.array(let mine), .array(let theirs)):
      if mine.count != theirs.count {
        note(place, "\(mine.count) entries", "\(theirs.count)")
        return
      }
      for (index, (one, other)) in zip(mine, theirs).enumerated() {
        compare(one, other, at: "\(place)[\(index)]")
      }
    case (.number(let mine), .number(let theirs)):
      if mine == theirs { return }
      let isCount = mine == mine.rounded() && theirs == theirs.rounded()
      let difference = abs(mine - theirs) / max(abs(mine), abs(theirs), 1e-9)
      if isCount || difference > Self.tolerance {
        note(place, "\(mine)", "\(theirs)")
      } else {
        rounding = max(rounding, difference)
      }
    default:
      if left != right { note(place, left.words, right.words) }
    }
  }

  private mutating func note(_ place: String, _ reported: String, _ recomputed: String) {
    differences.append("\(place): reported \(reported), recomputed \(recomputed)")
  }
}

/// JSON as a tree of values.
private indirect enum JSONTree: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case array([JSONTree])
  case object([String: JSONTree])

  init?(_ value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(value),
      let tree = try? JSONDecoder().decode(JSONTree.self, from: data)
    else { return nil }
    self = tree
  }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let array = try? value.decode([JSONTree].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSONTree].self))
    }
  }

  var words: String {
    switch self {
    case .null: "nothing"
    case .bool(let value): String(value)
    case .number(let value): String(value)
    case .text(let value): "'" + String(value.prefix(80)) + "'"
    case .array(let values): "\(values.count) entries"
    case .object: "something"
    }
  }
}
