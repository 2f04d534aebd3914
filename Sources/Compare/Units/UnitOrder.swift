/// For each unit of the reference, which of the subject's it is.
struct UnitOrder: Equatable {
  var places: [Int]
  /// −1 where the subject's has the opposite sign, which odd activations allow.
  var signs: [Float]

  static func identity(_ count: Int) -> UnitOrder {
    UnitOrder(places: Array(0..<count), signs: [Float](repeating: 1, count: count))
  }

  var isIdentity: Bool { self == .identity(places.count) }

  /// Whether the two networks may have had the order in common from the start: inputs, classes, the
  /// activations of a host that both were trained on.
  ///
  /// Half of the units in place suffice. Units in place of which many have the opposite sign are no
  /// such space.
  var isCommon: Bool {
    let inPlace = places.indices.filter { places[$0] == $0 }
    guard 2 * inPlace.count >= places.count else { return false }
    let opposite = inPlace.count { signs[$0] < 0 }
    return 4 * min(opposite, inPlace.count - opposite) < inPlace.count
  }

  /// Share of the units that two orders give the same place.
  func agreement(with other: UnitOrder) -> Double {
    guard places.count == other.places.count, !places.isEmpty else { return 0 }
    return Double(zip(places, other.places).count { $0 == $1 }) / Double(places.count)
  }

  /// One space behind another, as a concatenation has them.
  func followed(by other: UnitOrder) -> UnitOrder {
    UnitOrder(
      places: places + other.places.map { $0 + places.count }, signs: signs + other.signs)
  }
}
