import Yams

/// The part of a policy that weighs innovation; what it leaves out keeps its default.
package struct InnovationWeights: Sendable, Equatable {
  package var architecture: Double?
  package var weights: Double?
  package var results: Double?
  /// aᵢ by the name of the component.
  package var components: [String: Double] = [:]

  package init() {}

  init(_ node: Node, _ file: String) throws(PolicyError) {
    let object = try PolicyObject(node, "innovation", file, known: ["weights", "components"])
    if let node = object["weights"] {
      let own = try PolicyObject(
        node, "weights", file, known: ["architecture", "weights", "results"])
      architecture = try own.number("architecture")
      weights = try own.number("weights")
      results = try own.number("results")
    }
    if let node = object["components"] {
      let names: [String]
      do {
        names = try InnovationModel.standard().components.map(\.name)
      } catch {
        throw PolicyError(file: file, message: error.description)
      }
      let own = try PolicyObject(node, "components", file, known: Set(names))
      for name in names { components[name] = try own.number(name) }
    }
  }
}
