import ArgumentParser
import Foundation
import Load
import Report

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

  /// The folder of a document in several files; nil where its output is one file or none.
  func folder(_ index: Int) -> String? {
    guard let path = file(index) else { return nil }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return path.hasSuffix("/") || exists && isFolder.boolValue ? path : nil
  }

  /// Writes the files of one document, into a folder that is made if it is not there.
  ///
  /// - Returns: whether all could be written.
  func write(_ pages: [ReportPage], to folder: String, in session: Session) -> Bool {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      session.error("\(folder): cannot make this folder")
      return false
    }
    return pages.allSatisfy { page in
      write(page.text, to: folder + (folder.hasSuffix("/") ? "" : "/") + page.name, in: session)
    }
  }

  /// - Returns: whether it could be written.
  func write(_ text: String, _ index: Int, in session: Session) -> Bool {
    guard let file = file(index) else { return session.emit(text) == .success }
    return write(text, to: file, in: session)
  }

  private func write(_ text: String, to file: String, in session: Session) -> Bool {
    do {
      try ReplacingFile.write(text.utf8, to: file)
      return true
    } catch {
      session.error(error.description)
      return false
    }
  }
}
