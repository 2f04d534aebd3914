/// What a name tells without a definition: layer and expert by their containers, the role by the
/// module's usual name.
struct GenericNames: Sendable {
  var conventions: NamingConventions

  struct Reading: Sendable, Equatable {
    var component: String
    var role: TensorRole
    var parameter: ParameterKind
    var layer: Int?
    var expert: Int?
  }

  func read(_ name: TensorName) -> Reading {
    let (module, parameter) = module(of: name)
    let layer = index(behind: conventions.layerContainers, in: name)
    let role: TensorRole =
      if isConstant(name) {
        .constant
      } else if layer == nil, conventions.heads.contains(where: { module.ends(with: $0) }) {
        .taskHead
      } else {
        usualRole(of: module)
      }
    let component = name.components.lazy.compactMap { conventions.components[String($0)] }.first
    return Reading(
      component: component ?? "model", role: role, parameter: parameter, layer: layer,
      expert: index(behind: conventions.expertContainers, in: name))
  }

  /// The role of the longest end of a module's path that has one.
  private func usualRole(of module: ArraySlice<Substring>) -> TensorRole {
    (1...Self.longestEnd).reversed().lazy
      .compactMap { conventions.roles[module.suffix($0).joined(separator: ".")] }.first ?? .unknown
  }

  /// Components of the longest end that has a role.
  private static let longestEnd = 3

  func isConstant(_ name: TensorName) -> Bool {
    conventions.constants.contains { name.components.ends(with: $0) }
  }

  /// The index behind the first container, as in `layers.12`.
  private func index(behind containers: Set<String>, in name: TensorName) -> Int? {
    zip(name.components, name.components.dropFirst()).lazy.compactMap { container, index in
      containers.contains(String(container)) ? TensorName.index(index) : nil
    }.first
  }

  private func module(of name: TensorName) -> (ArraySlice<Substring>, ParameterKind) {
    switch name.components.last {
    case "weight", "gamma", "kernel", "scale": (name.components.dropLast(), .weight)
    case "bias", "beta": (name.components.dropLast(), .bias)
    default: (name.components[...], .weight)
    }
  }
}
