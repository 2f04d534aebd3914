@testable import Compare
@testable import Load

/// An archive of a corpus, and what is in it: the header of a file, which its checksum would keep from
/// being reached, and the manifest.
enum ArchiveInput {
  static func read(_ input: UnsafeRawBufferPointer) throws {
    _ = ArchiveBlock(bytes: Array(input.prefix(ArchiveBlock.size)))
    try InputFile.offer(
      input,
      to: [
        { path in
          let archive = try CorpusArchive(MappedFile(path: path))
          guard let manifest = try archive.bytes(of: CorpusManifest.fileName) else { return }
          for reference in try CorpusManifest(manifest, path: path).references {
            _ = try archive.bytes(of: reference.file)
          }
        },
        { path in _ = try CorpusManifest(Array(input), path: path) },
      ])
  }
}
