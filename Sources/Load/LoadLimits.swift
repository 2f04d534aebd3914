/// What the Load stage is willing to read.
///
/// A checkpoint is attacker-controlled: whatever a file claims, no more memory than this is spent
/// on it before an error names the limit.
///
/// The limits are far above what published models need; they stop a file, not a model.
package struct LoadLimits: Sendable, Equatable {
  /// Bytes of a safetensors header.
  ///
  /// The format itself sets this one.
  package var headerByteCount = 100_000_000
  /// Tensors of a whole checkpoint.
  package var tensorCount = 1_000_000
  /// Axes of a tensor.
  package var rank = 16
  /// UTF-8 bytes of a tensor's name.
  package var nameByteCount = 4096
  /// Files of a sharded checkpoint.
  package var shardCount = 10_000

  /// Arrays and objects inside one another in a JSON document.
  package var jsonDepth = 64
  /// Values of a JSON document that is held in memory as a tree.
  package var jsonValueCount = 1_000_000

  /// Bytes of a tokenizer, vocabulary or shard index.
  package var metadataFileByteCount = 256 << 20
  /// Bytes of a configuration that is held in memory as a tree.
  package var configByteCount = 16 << 20
  /// Bytes between the `---` lines of a model card.
  package var frontMatterByteCount = 256 << 10
  /// Bytes of a licence, notice or card that are looked at.
  package var documentByteCount = 256 << 10
  /// Licences, notices and cards of one model that are looked at.
  package var documentCount = 32
  /// Parents a model card may declare.
  package var baseModelCount = 1000
  /// Tokens of a vocabulary.
  package var vocabularySize = 4 << 20
  /// Names of a folder that are looked at.
  package var folderEntryCount = 100_000

  package init() {}

  /// The limits every reader uses unless told otherwise.
  package static let standard = LoadLimits()
}
