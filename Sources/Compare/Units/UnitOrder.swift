/// For each unit of the reference, which of the subject's it is.
struct UnitOrder: Equatable {
  /// Nil for a unit that the subject, which has fewer, lacks.
  var places: [Int?]
  /// −1 where the subject's has the opposite sign, which odd activations allow.
  var signs: [Float]
  /// How many units the subject has.
  var count: Int

  init(places: [Int?], signs: [Float], count: Int? = nil) {
    (self.places, self.signs, self.count) = (places, signs, count ?? places.count)
  }

  static func identity(_ count: Int) -> UnitOrder {
    UnitOrder(places: Array(0..<count), signs: [Float](repeating: 1, count: count))
  }

  var isIdentity: Bool { self == .identity(places.count) }

  /// Whether every unit of either has its counterpart.
  var isComplete: Bool { count == places.count && !places.contains(nil) }

  /// Units of the reference that have a counterpart.
  var matched: [Int] { places.indices.filter { places[$0] != nil } }

  /// The units that have counterparts alone, each where its counterpart is.
  var withinMatched: UnitOrder {
    let units = matched
    var order = UnitOrder.identity(units.count)
    order.signs = units.map { signs[$0] }
    return order
  }

  /// What the blocks of rows are put in order by: all of them, or those alone that have counterparts.
  var alongRows: UnitOrder { isComplete ? self : withinMatched }

  /// Whether the two networks may have had the order in common from the start: inputs, classes, the
  /// activations of a host that both were trained on.
  ///
  /// Half of the units in place suffice. Units in place of which many have the opposite sign are no
  /// such space.
  var isCommon: Bool {
    let inPlace = places.indices.filter { places[$0] == $0 }
    guard 2 * inPlace.count >= places.count(where: { $0 != nil }) else { return false }
    let opposite = inPlace.count { signs[$0] < 0 }
    return 4 * min(opposite, inPlace.count - opposite) < inPlace.count
  }

  /// How many units two orders give the same place.
  func agreeing(with other: UnitOrder) -> Int {
    guard places.count == other.places.count, count == other.count else { return 0 }
    return zip(places, other.places).count { $0 != nil && $0 == $1 }
  }

  /// Share of the units that two orders give the same place.
  func agreement(with other: UnitOrder) -> Double {
    let most = max(matched.count, other.matched.count)
    return most > 0 ? Double(agreeing(with: other)) / Double(most) : 0
  }

  /// One space behind another, as a concatenation has them.
  func followed(by other: UnitOrder) -> UnitOrder {
    UnitOrder(
      places: places + other.places.map { place in place.map { $0 + count } },
      signs: signs + other.signs, count: count + other.count)
  }
}
