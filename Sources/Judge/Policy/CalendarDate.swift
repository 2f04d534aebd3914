package import Foundation

/// A day of the calendar, without a time or a zone.
package struct CalendarDate: Sendable, Equatable, Comparable, CustomStringConvertible, Codable {
  private let year: Int
  private let month: Int
  private let day: Int

  /// - Parameter text: `2026-12-31`; nil for anything else, and for days that there are not.
  package init?(_ text: String) {
    guard let match = text.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})/),
      let year = Int(match.1), let month = Int(match.2), let day = Int(match.3)
    else { return nil }
    let calendar = Calendar(identifier: .gregorian)
    let components = DateComponents(calendar: calendar, year: year, month: month, day: day)
    guard components.isValidDate(in: calendar) else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The day in Greenwich at a moment.
  package init(of moment: Date) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.year, .month, .day], from: moment)
    (year, month, day) = (parts.year ?? 1970, parts.month ?? 1, parts.day ?? 1)
  }

  package var description: String { String(format: "%04d-%02d-%02d", year, month, day) }

  package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}
