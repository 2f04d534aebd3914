import Fingerprint

/// What rows of two models are compared by: their coordinates in the subject's basis, or in wide
/// models their products with random directions, which keep cosines to within 1/16.
struct RowFeatures: Sendable {
  private let map: ResidualMap
  /// `[directions, subject width]`; nil when the coordinates themselves are few enough.
  private let probes: RowMatrix?
  /// The same directions in the reference's basis.
  private let broughtProbes: RowMatrix?
  private let signs: [Float]

  static let directions = 256
  /// Streams up to this width are compared coordinate by coordinate.
  static let directWidth = 512

  init(map: ResidualMap, subjectWidth: Int, referenceWidth: Int) {
    self.map = map
    signs = IndexHash.signs(0..<referenceWidth)
    guard subjectWidth > Self.directWidth else {
      (probes, broughtProbes) = (nil, nil)
      return
    }
    var generator = SplitMix64(seed: 0x726F_7773)
    var values: [Float] = []
    values.reserveCapacity(Self.directions * subjectWidth)
    while values.count < Self.directions * subjectWidth {
      let (first, second) = generator.nextGaussianPair()
      values += [Float(first), Float(second)]
    }
    let directions = RowMatrix(
      rows: Self.directions, columns: subjectWidth,
      values: Array(values.prefix(Self.directions * subjectWidth)))
    probes = directions
    broughtProbes = map.bring(directions)
  }

  /// Unit feature rows of a subject's matrix.
  func subject(_ matrix: RowMatrix) -> RowMatrix {
    (probes.map(matrix.timesTransposed) ?? matrix).withUnitRows
  }

  /// Unit feature rows of a reference's matrix.
  func reference(_ matrix: RowMatrix) -> RowMatrix {
    (broughtProbes.map(matrix.timesTransposed) ?? map.push(matrix)).withUnitRows
  }

  /// The same after half of the residual dimensions changed sign at random: rows as a stranger of
  /// the same statistics would have them.
  func stranger(_ matrix: RowMatrix) -> RowMatrix { reference(matrix.scaled(columns: signs)) }
}
