import Foundation
import Glibc
import Report

extension Session {
  /// When and where this is; SOURCE_DATE_EPOCH stands for now.
  var stamp: Invocation.Stamp {
    let epoch = environment["SOURCE_DATE_EPOCH"].flatMap(Int.init)
    let moment = epoch.map { Date(timeIntervalSince1970: Double($0)) } ?? Date()
    return Invocation.Stamp(date: moment.formatted(.iso8601), machine: Self.machine)
  }

  private static var machine: String? {
    var names = utsname()
    guard uname(&names) == 0 else { return nil }
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    let process = ProcessInfo.processInfo
    return [
      text(names.sysname), text(names.release), text(names.machine),
      "\(process.activeProcessorCount) cores",
      Figures.bytes(Double(process.physicalMemory)),
    ].joined(separator: ", ")
  }
}
