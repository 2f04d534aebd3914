package import Load

/// Weights of a model that were recognised and not decoded, by the way in which they are stored.
package struct UndecodedWeights: Sendable, Equatable {
  /// `MLX`, or the type where there is no scheme.
  package var scheme: String
  package var elementType: ElementType
  package var tensors: Int
  /// Numbers that they hold, unpacked, as far as that is known.
  package var parameters: Int

  /// `MLX, U32`.
  package var storage: String {
    scheme == elementType.rawValue ? scheme : "\(scheme), \(elementType.rawValue)"
  }
}

extension ModelFingerprint {
  /// In the order of their first tensors.
  package var undecoded: [UndecodedWeights] {
    var groups: [UndecodedWeights] = []
    for tensor in tensors where tensor.isUndecoded {
      let scheme = tensor.encoding?.name ?? ""
      let place = groups.firstIndex {
        $0.scheme == scheme && $0.elementType == tensor.elementType
      }
      let index = place ?? groups.count
      if place == nil {
        groups.append(
          UndecodedWeights(
            scheme: scheme, elementType: tensor.elementType, tensors: 0, parameters: 0))
      }
      groups[index].tensors += 1
      groups[index].parameters += tensor.elementCount
    }
    return groups
  }

  /// Share of the parameters that were not decoded.
  package var undecodedShare: Double {
    let all = tensors.reduce(0.0) { $0 + Double($1.elementCount) }
    let part = tensors.reduce(0.0) { $0 + ($1.isUndecoded ? Double($1.elementCount) : 0) }
    return all > 0 ? part / all : 0
  }
}
