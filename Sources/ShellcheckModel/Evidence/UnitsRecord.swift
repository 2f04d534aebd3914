internal import Compare

/// What lining up the units of a subject and its references showed, for which their weights are needed.
struct UnitsRecord: Sendable, Codable {
  /// References whose weights were looked at.
  var compared: [String]
  /// The reference that the subject's units were put in the order of, if there is one.
  var matching: UnitMatching?

  func add(to comparisons: inout [ReferenceComparison]) {
    let compared = Set(compared)
    for index in comparisons.indices {
      comparisons[index].isUnitsCompared = compared.contains(comparisons[index].id)
      if let matching { comparisons[index].take(matching) }
    }
  }

  var isPossible: Bool { matching?.isPossible ?? true }
}
