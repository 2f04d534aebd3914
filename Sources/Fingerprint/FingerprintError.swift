package import Load

/// Why a fingerprint could not be made, written or read.
package struct FingerprintError: Error, Sendable, CustomStringConvertible {
  package enum Code: String, Sendable, CaseIterable {
    case unreadableTensor
    case unknownVersion
    case damaged
    case notWritten
  }

  package var code: Code
  package var message: String
  package var file: String?
  package var cause: LoadError?

  package init(_ code: Code, _ message: String, file: String? = nil, cause: LoadError? = nil) {
    self.code = code
    self.message = message
    self.file = file
    self.cause = cause
  }

  /// The error for a model that could not be read.
  package init(unreadable cause: LoadError) {
    self.init(.unreadableTensor, cause.message, file: cause.file, cause: cause)
  }

  package var description: String {
    if let cause { return cause.description }
    return [file, "\(message) [\(code.rawValue)]"].compactMap(\.self).joined(separator: ": ")
  }
}
