import Fingerprint

/// What rows of two models are compared by: their coordinates in the reference's basis, or in wide
/// models their products with random directions, which keep cosines to within 1/16.
struct RowFeatures: Sendable {
  private let map: ResidualMap
  /// `[directions, reference width]`; nil when the coordinates themselves are few enough.
  private let probes: RowMatrix?
  /// The same directions in the subject's basis.
  private let pushed: RowMatrix?
  private let signs: [Float]

  static let directions = 256
  /// Streams up to this width are compared coordinate by coordinate.
  static let directWidth = 512

  init(map: ResidualMap, referenceWidth: Int) {
    self.map = map
    signs = IndexHash.signs(0..<referenceWidth)
    guard referenceWidth > Self.directWidth else {
      (probes, pushed) = (nil, nil)
      return
    }
    var generator = SplitMix64(seed: 0x726F_7773)
    var values: [Float] = []
    values.reserveCapacity(Self.directions * referenceWidth)
    while values.count < Self.directions * referenceWidth {
      let (first, second) = generator.nextGaussianPair()
      values += [Float(first), Float(second)]
    }
    let directions = RowMatrix(
      rows: Self.directions, columns: referenceWidth,
      values: Array(values.prefix(Self.directions * referenceWidth)))
    probes = directions
    pushed = map.push(directions)
  }

  /// Unit feature rows of a subject's matrix.
  func subject(_ matrix: RowMatrix) -> RowMatrix {
    (pushed.map(matrix.timesTransposed) ?? map.bring(matrix)).withUnitRows
  }

  /// Unit feature rows of a reference's matrix.
  func reference(_ matrix: RowMatrix) -> RowMatrix {
    (probes.map(matrix.timesTransposed) ?? matrix).withUnitRows
  }

  /// The same after half of the residual dimensions changed sign at random: rows as a stranger of
  /// the same statistics would have them.
  func stranger(_ matrix: RowMatrix) -> RowMatrix { reference(matrix.scaled(columns: signs)) }
}
