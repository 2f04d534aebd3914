import Foundation
import Glibc

/// Reads `.keras` archives: a zip file of `config.json`, `metadata.json` and `model.weights.h5`.
///
/// libhdf5 cannot open a member in place, so the weights are copied to a temporary file, which has
/// no name any more by the time the checkpoint is returned.
package enum KerasArchiveReader: CheckpointFormat {
  private static let weights = "model.weights.h5"
  /// What the names of this process's temporary files start with.
  static let copyPrefix = "shellcheck-model-\(getpid())-"
  private static let textLimit = 64 << 20

  package static let description = FormatDescription(
    id: "keras", name: "a Keras archive", endings: [".keras"], stems: ["model"])

  /// Certain is a zip archive that holds the weights' file, whatever stands before it.
  package static func claim(_ source: any ByteSource) -> Claim {
    do throws(LoadError) {
      return try ZipArchive(source).contains(weights) ? .certain : .none
    } catch {
      // Some other zip archive may be damaged as well.
      let isKeras = description.matches(PathName.name(of: source.path))
      return isKeras && ZipArchive.isStart(of: source) ? .damaged(error) : .none
    }
  }

  /// Opens an archive.
  ///
  /// - Returns: the tensors of its weights; the text of `config.json` is the header string
  ///   `model_config`, as in a Keras HDF5 file.
  /// - Throws: `LoadError` if the archive or the weights in it are damaged.
  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let archive = try ZipArchive(source)
    let folder = FileManager.default.temporaryDirectory.path
    let copy = "\(folder)/\(copyPrefix)\(UUID().uuidString)"
    var checkpoint = try TemporaryFiles.holding(copy) { () throws(LoadError) -> Checkpoint in
      try Self.checkpoint(of: archive, copiedTo: copy, limits: limits)
    }
    checkpoint.metadata.adoptKerasConfig(file: source.path, limits: limits)
    return checkpoint
  }

  private static func checkpoint(
    of archive: ZipArchive, copiedTo copy: String, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let file = archive.file
    let path = file.path
    defer { unlink(copy) }
    try archive.copy(weights, to: copy)
    var checkpoint: Checkpoint
    do throws(LoadError) {
      let weights = try MappedFile(path: copy, reportedAs: path)
      let index = try HDF5IndexProcess.index(of: weights, limits: limits)
      checkpoint = try HDF5Reader.checkpoint(file: weights, index: index, limits: limits)
    } catch {
      var error = error
      error.file = path
      throw error
    }
    checkpoint.files = [.init(file)]
    addTexts(of: archive, to: &checkpoint.metadata)
    return checkpoint
  }

  private static func addTexts(of archive: ZipArchive, to metadata: inout ModelMetadata) {
    do throws(LoadError) {
      if let config = try text("config.json", of: archive) {
        metadata.headerStrings["model_config"] = String(decoding: config, as: UTF8.self)
      }
      guard let versions = try text("metadata.json", of: archive) else { return }
      guard let strings = try? JSONDecoder().decode([String: String].self, from: versions) else {
        throw LoadError(
          .metadataMalformed, "metadata.json is not an object of strings", file: archive.file.path)
      }
      metadata.headerStrings.merge(strings) { first, _ in first }
    } catch {
      metadata.problems.append(error)
    }
  }

  private static func text(
    _ name: String, of archive: ZipArchive
  ) throws(LoadError) -> Data? {
    guard archive.contains(name) else { return nil }
    var text = Data()
    try archive.extract(name) { block throws(LoadError) in
      guard text.count + block.count <= textLimit else {
        throw LoadError(.limitExceeded, "\(name) is too large", file: archive.file.path)
      }
      text.append(contentsOf: block)
    }
    return text
  }
}
