import Canonicalise
import Foundation

/// Benchmark scores that the user supplies (`--results`): this tool runs no benchmark.
///
/// Strict JSON:
///
///     {"schema": 1, "scores": [
///       {"name": "perplexity", "subject": 11.2, "reference": 12.0, "higherIsBetter": false},
///       {"name": "hours", "subject": 9, "reference": 12, "higherIsBetter": false, "part": "training"}
///     ]}
package struct BenchmarkResults: Sendable, Equatable {
  package var scores: [Score]

  package struct Score: Sendable, Equatable {
    package var name: String
    package var subject: Double
    package var reference: Double
    package var higherIsBetter: Bool
    /// Which ingredient it belongs to.
    package var part = Part.results

    /// How much better the subject is, −1…1 for scores of one sign: the difference as a share of
    /// the larger score.
    var gain: Double {
      let scale = max(abs(subject), abs(reference))
      guard scale > 0 else { return 0 }
      return max(-1, min(1, (subject - reference) / scale)) * (higherIsBetter ? 1 : -1)
    }
  }

  package enum Part: String, Sendable, Decodable {
    /// What the model does.
    case results
    /// What it took to train it, such as hours or cost: an ingredient of the architecture's figure.
    case training
    /// How good, cheap and repeatable the procedure is: an ingredient of the weights' figure.
    case algorithm
  }

  /// Mean gain of a part's scores; nil where it has none.
  func gain(of part: Part) -> Double? {
    let gains = scores.filter { $0.part == part }.map(\.gain)
    return gains.isEmpty ? nil : gains.reduce(0, +) / Double(gains.count)
  }

  private static let byteLimit = 1 << 20

  package static func read(path: String) throws(InnovationError) -> BenchmarkResults {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InnovationError(file: path, message: "cannot be read")
    }
    guard data.count <= byteLimit else {
      throw InnovationError(file: path, message: "is larger than \(byteLimit) bytes")
    }
    do {
      return try JSONDecoder().decode(BenchmarkResults.self, from: data)
    } catch {
      throw InnovationError(file: path, message: CanonicaliseError.words(for: error))
    }
  }
}

extension BenchmarkResults: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case schema, scores
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    guard try container.decode(Int.self, forKey: .schema) == 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: container, debugDescription: "the schema is not 1")
    }
    scores = try container.decode([Score].self, forKey: .scores)
    guard !scores.isEmpty, Set(scores.map(\.name)).count == scores.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .scores, in: container, debugDescription: "no scores, or one twice")
    }
  }
}

extension BenchmarkResults.Score: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, subject, reference, higherIsBetter, part
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    subject = try container.decode(Double.self, forKey: .subject)
    reference = try container.decode(Double.self, forKey: .reference)
    higherIsBetter = try container.decode(Bool.self, forKey: .higherIsBetter)
    part = try container.decodeIfPresent(BenchmarkResults.Part.self, forKey: .part) ?? .results
  }
}
