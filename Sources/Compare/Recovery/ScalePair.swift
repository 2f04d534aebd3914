import Foundation

/// Scales of two matrices whose rows are multiplied with each other: rescaling multiplies a row of
/// one and divides the row of the other; training moves both the same way, and little.
struct ScalePair: Sendable {
  /// Deviation of (ln a − ln b) / 2 over the rows, a and b being what each matrix' rows grew by.
  let opposed: Double
  /// Deviation of (ln a + ln b) / 2.
  let common: Double
  private let logarithms: [Int: Double]

  /// Rescaling by less than this is no disguise.
  static let minimumSpread = 0.1
  /// Opposed changes exceed common ones by this factor.
  static let lead = 3.0

  /// - Parameters: (subject energy, reference energy) of corresponding rows, by row.
  init(first: [Int: (Double, Double)], second: [Int: (Double, Double)]) {
    var (differences, sums): ([Int: Double], [Double]) = ([:], [])
    for (row, a) in first {
      guard let b = second[row], a.0 > 0, a.1 > 0, b.0 > 0, b.1 > 0 else { continue }
      let (x, y) = (log(a.0 / a.1) / 2, log(b.0 / b.1) / 2)
      differences[row] = (x - y) / 2
      sums.append((x + y) / 2)
    }
    opposed = Self.spread(Array(differences.values))
    common = Self.spread(sums)
    logarithms = differences
  }

  init(first: [RowProducts]?, second: [RowProducts]?) {
    func energies(_ rows: [RowProducts]?) -> [Int: (Double, Double)] {
      Dictionary(
        (rows ?? []).filter(\.isMatched).map {
          ($0.neuron, ($0.subjectEnergy, $0.referenceEnergy))
        }, uniquingKeysWith: { first, _ in first })
    }
    self.init(first: energies(first), second: energies(second))
  }

  var areReciprocal: Bool {
    opposed > Self.minimumSpread && opposed > Self.lead * common
  }

  /// What undoes the rescaling of a part's rows.
  func factors(_ part: Recovery.Part) -> [Int: Double] {
    switch part {
    case .up: logarithms.mapValues { exp(-$0) }
    case .down: logarithms.mapValues { exp($0) }
    default: [:]
    }
  }

  /// Standard deviation, estimated by the median deviation from the median: a few dead rows, whose
  /// scale means nothing, do not count.
  private static func spread(_ values: [Double]) -> Double {
    guard values.count >= 8 else { return 0 }
    let middle = median(values)
    return 1.4826 * median(values.map { abs($0 - middle) })
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
