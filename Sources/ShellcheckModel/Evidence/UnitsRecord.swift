internal import Compare

/// What lining up the units of a subject and its references showed, for which their weights are needed.
struct UnitsRecord: Sendable, Codable {
  /// References whose weights were looked at in full, and those of which a part could not be.
  private(set) var compared: [String] = []
  private(set) var comparedInPart: [String] = []
  /// The reference that the subject's units were put in the order of, if there is one.
  var matching: UnitMatching?

  var isEmpty: Bool { compared.isEmpty && comparedInPart.isEmpty && matching == nil }

  mutating func add(_ reference: String, isWhole: Bool) {
    if isWhole { compared.append(reference) } else { comparedInPart.append(reference) }
  }

  mutating func remove(_ reference: String) {
    compared.removeAll { $0 == reference }
    comparedInPart.removeAll { $0 == reference }
  }

  func add(to comparisons: inout [ReferenceComparison]) {
    let (whole, part) = (Set(compared), Set(comparedInPart))
    for index in comparisons.indices {
      let id = comparisons[index].id
      comparisons[index].isUnitsCompared = whole.contains(id) || matching?.reference == id
      comparisons[index].isUnitsComparedInPart = part.contains(id)
      if let matching { comparisons[index].take(matching) }
    }
  }

  var isPossible: Bool { matching?.isPossible ?? true }
}
