import ArgumentParser
import Load

/// Which document goes where: the nth `--output` with the nth `--format`, the rest to standard
/// output.
struct Delivery {
  var outputs: [String]
  var formats: Int

  func validate() throws {
    if outputs.count > formats {
      throw ValidationError("There are more --output than --format.")
    }
    let toStandardOutput = formats - outputs.count { $0 != "-" }
    if toStandardOutput > 1 {
      throw ValidationError(
        "\(toStandardOutput) reports would go to standard output: give each --format but one an "
          + "--output.")
    }
  }

  /// The file of a document; nil for standard output.
  func file(_ index: Int) -> String? {
    index < outputs.count && outputs[index] != "-" ? outputs[index] : nil
  }

  /// - Returns: whether it could be written.
  func write(_ text: String, _ index: Int, in session: Session) -> Bool {
    guard let file = file(index) else { return session.emit(text) == .success }
    do {
      try ReplacingFile.write(text.utf8, to: file)
      return true
    } catch {
      session.error(error.description)
      return false
    }
  }
}
