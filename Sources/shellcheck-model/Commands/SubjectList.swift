import Foundation
import Load
import ShellcheckModel

/// A list of models: one a line, blank lines and those that begin with `#` left out.
enum SubjectList {
  private static let byteLimit = 16 << 20

  /// - Returns: the models in the order of the list, each once.
  /// - Throws: for what cannot be read, or names no model.
  static func read(path: String) throws(LoadError) -> [String] {
    let data = try WholeFile.data(of: path, limit: byteLimit)
    let text = String(validating: data, as: UTF8.self)
    guard let text, !text.utf8.contains(0) else {
      throw LoadError(.metadataMalformed, "the list is not text in UTF-8", file: path)
    }
    // By bytes: to the system two spellings of one letter are two names, and a blank is part of one.
    let lines = Array(text.utf8).split(separator: UInt8(ascii: "\n"))
    let endsInReturns = lines.allSatisfy { $0.last == UInt8(ascii: "\r") }
    var seen: Set<[UInt8]> = []
    let models = lines.map { Array(endsInReturns ? $0.dropLast() : $0) }
      .filter { !$0.isEmpty && $0.first != UInt8(ascii: "#") && seen.insert($0).inserted }
      .map { String(decoding: $0, as: UTF8.self) }
    guard !models.isEmpty else {
      throw LoadError(.notFound, "the list names no model", file: path)
    }
    return models
  }
}
