extension Int {
  /// The sum, or `Int.max`: files can declare more elements in all than there are numbers for.
  func addingSaturating(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
