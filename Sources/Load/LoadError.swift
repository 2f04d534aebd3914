/// Why an input, or a part of it, could not be read.
///
/// "Could not read" is an error; "read it, and it is suspicious" is a finding of a later stage.
package struct LoadError: Error, Sendable, Equatable {
  /// One case per way an input can be wrong.
  package enum Code: String, Sendable, CaseIterable {
    case notFound
    case notPermitted
    case readFailed
    case emptyFile
    case unknownFormat
    case ambiguousFormat
    case noWeights
    case truncated
    case changedWhileRead
    case headerTooLarge
    case headerNotUTF8
    case headerMalformed
    case duplicateKey
    case nestingTooDeep
    case unknownElementType
    case shapeOverflow
    case sizeMismatch
    case offsetsOverlap
    case offsetsLeaveGap
    case offsetsOutOfRange
    case tooManyTensors
    case indexMalformed
    case shardMissing
    case shardOutsideFolder
    case shardDisagreesWithIndex
    case unsupportedLayout
    case parserFailed
    case parserTimedOut
    case dataCorrupt
    case metadataMalformed
    case limitExceeded
  }

  package var code: Code
  /// What is wrong and, where it helps, what to do; no file name, which `description` adds.
  package var message: String
  package var file: String?
  /// Offset in bytes from the start of the file.
  package var offset: UInt64?
  package var tensor: String?

  package init(
    _ code: Code, _ message: String, file: String? = nil, offset: UInt64? = nil,
    tensor: String? = nil
  ) {
    self.code = code
    self.message = message
    self.file = file
    self.offset = offset
    self.tensor = tensor
  }
}

extension LoadError: CustomStringConvertible {
  /// One line: `file: byte 8: tensor 'x': message [code]`.
  package var description: String {
    var parts: [String] = []
    if let file { parts.append(Self.printable(file, limit: 4096)) }
    if let offset { parts.append("byte \(offset)") }
    if let tensor { parts.append("tensor '\(Self.printable(tensor, limit: 256))'") }
    parts.append("\(message) [\(code.rawValue)]")
    return parts.joined(separator: ": ")
  }
}
