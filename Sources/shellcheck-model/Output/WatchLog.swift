import Foundation
import Glibc
import Load
import Report

/// The lines of many models, on standard output or in a file that grows by one line at a time.
///
/// The file is opened to go on where an earlier run was interrupted: its last line, if that is not
/// whole, and its summary are taken away.
final class WatchLog {
  /// What earlier runs judged, in the order of the lines, then what this one does.
  private(set) var entries: [WatchEntry] = []
  private let path: String?
  private let session: Session
  private var descriptor: Int32 = -1

  /// - Parameter path: nil for standard output.
  init(path: String?, session: Session) {
    (self.path, self.session) = (path, session)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Begins the file, or finds what is in it.
  ///
  /// - Parameter header: the first line, which an earlier run must have written as well.
  /// - Returns: what is wrong; nil if nothing is.
  func begin(_ header: String) -> String? {
    guard let path else { return write(header) }
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return "cannot write: " + Self.reason }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      return errno == EWOULDBLOCK ? "another run is writing it" : "cannot lock: " + Self.reason
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size > 0
    else { return write(header) }
    do throws(LoadError) {
      let kept = try read(path, after: header)
      guard ftruncate(descriptor, off_t(kept)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
        return "cannot write: " + Self.reason
      }
      return kept == 0 ? write(header) : nil
    } catch {
      return error.message
    }
  }

  /// Adds a model's line.
  ///
  /// - Returns: what is wrong; nil if nothing is.
  func append(_ line: String, _ entry: WatchEntry) -> String? {
    entries.append(entry)
    return write(line)
  }

  /// Adds the last line, and makes sure that all are on the disk.
  func finish(_ summary: String) -> String? {
    if let problem = write(summary) { return problem }
    return descriptor >= 0 && fsync(descriptor) != 0 && errno != EINVAL
      ? "cannot write: " + Self.reason : nil
  }

  private func write(_ text: String) -> String? {
    let code =
      descriptor >= 0
      ? DescriptorStream.writeAll(text, to: descriptor) : session.output.write(text)
    return code == 0 ? nil : "cannot write: " + String(cString: strerror(code))
  }

  private static var reason: String { String(cString: strerror(errno)) }

  // MARK: What an earlier run left

  /// Reads the entries of an earlier run.
  ///
  /// - Returns: how many bytes of the file stay.
  private func read(_ path: String, after header: String) throws(LoadError) -> Int {
    let file = try MappedFile(path: path)
    var (start, number) = (0, 0)
    while start < file.byteCount {
      let begin = start
      let line = try file.withBytes(in: begin..<file.byteCount, tensor: nil) {
        (bytes) throws(LoadError) -> [UInt8]? in
        bytes.firstIndex(of: UInt8(ascii: "\n")).map { Array(bytes[..<$0]) }
      }
      guard let line else {
        // Cut off when the run was.
        if number == 0, !header.utf8.starts(with: try Self.bytes(of: file)) { throw Self.foreign }
        return start
      }
      number += 1
      if number == 1 {
        guard Array(header.utf8.dropLast()) == line else { throw Self.foreign }
      } else {
        let value = try JSONReader.parse(line, source: JSONSource(file: path))
        if value["summary"] != nil { return start }
        guard let entry = WatchEntry(value) else {
          throw LoadError(.metadataMalformed, "line \(number) is no line of `check --from`")
        }
        entries.append(entry)
      }
      start += line.count + 1
    }
    return start
  }

  private static func bytes(of file: MappedFile) throws(LoadError) -> [UInt8] {
    try file.withBytes(in: 0..<file.byteCount, tensor: nil) { (bytes) throws(LoadError) in
      Array(bytes)
    }
  }

  private static let foreign = LoadError(
    .metadataMalformed,
    "begins otherwise than this run would: another command, corpus or version of the tool wrote it; "
      + "name another file")
}

extension WatchEntry {
  /// Nil for what is no line of a model.
  fileprivate init?(_ line: JSONValue) {
    guard let subject = line["subject"]?.string, let status = line["status"]?.integer,
      (0...2).contains(status), (line["report"] == nil) != (line["failure"] == nil)
    else { return nil }
    let report = line["report"]
    let relation = report?["verdict"]?["relation"]?.string
    guard (report == nil) == (relation == nil) else { return nil }
    self.init(
      subject: subject, status: Int32(status), relation: relation,
      findings: report?["findings"]?.array?.compactMap { $0["code"]?.string } ?? [])
  }
}
