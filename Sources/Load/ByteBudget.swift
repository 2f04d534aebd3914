/// Bytes of a file that tensors may take together: twice what it has, since tied weights may be named
/// twice, and a few bytes named without end would be work without end.
struct ByteBudget {
  private var rest: Int

  init(fileBytes: Int) {
    let (twice, overflow) = fileBytes.multipliedReportingOverflow(by: 2)
    rest = overflow ? .max : twice
  }

  /// - Returns: false when that was more than is left.
  mutating func take(_ count: Int) -> Bool {
    guard count >= 0, count <= rest else { return false }
    rest -= count
    return true
  }
}
