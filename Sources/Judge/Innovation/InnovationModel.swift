import Canonicalise
import Foundation

/// What an innovation assessment weighs: `Corpus/innovation.json`, or that with a policy's weights.
///
/// Complexities are a convention, not a measurement: 3 for what moves information between tokens, 2
/// for what transforms it in place, 1 for the rest.
package struct InnovationModel: Sendable, Equatable {
  package var weights: Weights
  package var components: [Component]

  /// Of the three ingredients; what counts is their proportion.
  package struct Weights: Sendable, Equatable {
    package var architecture: Double
    package var weights: Double
    package var results: Double

    var sum: Double { architecture + weights + results }
  }

  /// A part of a network, and what shows that it was changed.
  package struct Component: Sendable, Equatable {
    package var name: String
    /// cᵢ of the formula.
    package var complexity: Double
    /// aᵢ of the formula.
    package var weight: Double
    var roles: [TensorRole]
    var sizes: [String]
    var comparesShapes: Bool
  }

  package static func standard() throws(InnovationError) -> InnovationModel {
    do {
      return try JSONDecoder().decode(
        InnovationModel.self, from: Data(embeddedInnovationModel.utf8))
    } catch {
      throw InnovationError(file: "innovation.json", message: CanonicaliseError.words(for: error))
    }
  }

  /// The model with what a policy says in place of its own weights.
  func weighed(_ own: InnovationWeights?) -> InnovationModel {
    guard let own else { return self }
    var model = self
    model.weights.architecture = own.architecture ?? weights.architecture
    model.weights.weights = own.weights ?? weights.weights
    model.weights.results = own.results ?? weights.results
    for index in model.components.indices {
      if let weight = own.components[components[index].name] {
        model.components[index].weight = weight
      }
    }
    return model
  }
}

extension InnovationModel: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case weights, components
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    weights = try container.decode(Weights.self, forKey: .weights)
    components = try container.decode([Component].self, forKey: .components)
  }
}

extension InnovationModel.Weights: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case architecture, weights, results
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    architecture = try container.decode(Double.self, forKey: .architecture)
    weights = try container.decode(Double.self, forKey: .weights)
    results = try container.decode(Double.self, forKey: .results)
  }
}

extension InnovationModel.Component: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, complexity, weight, roles, sizes, comparesShapes
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    complexity = try container.decode(Double.self, forKey: .complexity)
    weight = try container.decode(Double.self, forKey: .weight)
    roles = try container.decodeIfPresent([TensorRole].self, forKey: .roles) ?? []
    sizes = try container.decodeIfPresent([String].self, forKey: .sizes) ?? []
    comparesShapes = try container.decodeIfPresent(Bool.self, forKey: .comparesShapes) ?? false
    for size in sizes where Dimensions()[named: size] == nil {
      throw DecodingError.dataCorruptedError(
        forKey: .sizes, in: container, debugDescription: "there is no size '\(size)'")
    }
  }
}

/// An assessment that cannot be made because its inputs are not what they should be.
package struct InnovationError: Error, Sendable, Equatable, CustomStringConvertible {
  package var file: String
  package var message: String

  package var description: String { "\(file): \(message)" }
}
