/// Something of a model that should have been read and was not, or is not what it is called; the
/// rest is judged all the same, and the report says so.
package struct LoadProblem: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// A file of weights that is no part of what was read.
    case unreadWeights
    /// The same, of a format that is read: damaged, or a shard without the others.
    case brokenWeights
    /// Numbers in a file of weights that could not be read.
    case unreadTensor
    /// One shard of several was read.
    case part
    /// A file whose content is of another format than its name promises.
    case misnamed
    /// A pickle that names, or calls, what is known to run code where the file is loaded.
    case dangerousPickle
    /// A pickle that calls what is not known.
    case callingPickle
    /// A pickle that names what is not known, and does not call it.
    case namingPickle
    /// A part whose tensors claim places that another part has.
    case rival
    /// A file or a text beside the weights.
    case metadata

    /// Whether it is about what a pickle would run.
    var isOfPickle: Bool {
      switch self {
      case .dangerousPickle, .callingPickle, .namingPickle: true
      case .unreadWeights, .brokenWeights, .unreadTensor, .part, .misnamed, .rival, .metadata: false
      }
    }

    /// Whether it is about a file that is no part of what was read.
    package var isOfUnreadFile: Bool { self == .unreadWeights || self == .brokenWeights }
  }

  package var kind: Kind
  /// A file's name as seen from the model's folder, or a tensor's.
  package var subject: String
  /// What is wrong, for a person, in English.
  package var message: String
  /// Numbers that were not read; nil where their count is not known.
  package var elements: Int?
  /// Size of a file of weights that was not read; nil where it is not known.
  package var byteCount: Int?

  package init(_ kind: Kind, _ subject: String, _ message: String, elements: Int? = nil) {
    self.kind = kind
    self.subject = subject
    self.message = message
    self.elements = elements
  }
}

extension LoadProblem {
  /// A file beside the weights that could not be read.
  package init(metadata error: LoadError, in folder: String) {
    var subject = error.file ?? ""
    if subject.hasPrefix(folder + "/") { subject = String(subject.dropFirst(folder.count + 1)) }
    let place = error.offset.map { "byte \($0): " } ?? ""
    self.init(
      .metadata, LoadError.printable(subject.isEmpty ? folder : subject, limit: 4096),
      place + error.message)
  }

  /// The problem on one line.
  package var description: String { "\(subject): \(message)" }
}
