import Compare

/// What the size of added noise goes by.
package enum NoiseScale: String, Sendable, CaseIterable, Codable {
  /// The same σ in every matrix.
  case everywhere
  /// In proportion to each matrix's standard deviation.
  case proportional

  init(_ scale: AddedNoise.Scale) {
    switch scale {
    case .everywhere: self = .everywhere
    case .proportional: self = .proportional
    }
  }
}
