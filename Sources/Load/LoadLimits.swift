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
  ///
  /// Cards with benchmark results of many languages reach a megabyte.
  package var frontMatterByteCount = 4 << 20
  /// Scalars and collections of a YAML text of which a tree is made.
  package var yamlNodeCount = 100_000
  /// Bytes of a merge recipe.
  package var recipeByteCount = 1 << 20
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

  /// What a pickle may do.
  package var pickle = Pickle()
  /// What an HDF5 file may hold.
  package var hdf5 = HDF5()
  /// What the process that parses the structure of an HDF5 file may use.
  package var parser = Parser()

  package init() {}

  /// The limits every reader uses unless told otherwise.
  package static let standard = LoadLimits()

  /// The bounds of one pickle; the largest of real checkpoints take some hundred thousand operations.
  package struct Pickle: Sendable, Equatable {
    /// Each costs some ten bytes of memory, and a hundred at most.
    var operationCount = 16 << 20
    /// Names that are looked up.
    var globalCount = 10_000
    /// UTF-8 bytes of such a name.
    var nameByteCount = 512
    /// UTF-8 bytes of the names of all tensors, spelled out.
    var tensorNamesByteCount = 256 << 20
    /// Things that are looked at for tensors, each as often as something else leads to it.
    var memberCount = 32 << 20
    /// Tensors that cannot be read, and are named.
    var unreadTensorCount = 1000
    /// Things inside one another in what it holds.
    var depth = 256
  }

  /// The bounds of what the parser process reports; far beyond any real checkpoint.
  package struct HDF5: Sendable, Equatable, Codable {
    var datasets = 200_000
    var groups = 400_000
    /// Groups inside one another.
    var depth = 64
    /// Axes of a dataset.
    var rank = 32
    /// Bytes of all attributes that are read.
    var attributeBytes = 64 << 20
    /// Things wrong with a file that are told.
    var problems = 1000
    /// Chunks of one file.
    var chunks = 1 << 20
    /// Filters that a chunk went through.
    var filters = 32
    /// Bytes of one chunk before compression.
    var chunkBytes = 1 << 30
    /// Processor seconds spent on listing chunks, which old libraries do in quadratic time.
    var chunkListingSeconds = 12.0
  }

  /// What a parser in a process of its own may use.
  package struct Parser: Sendable, Equatable {
    /// Address space beyond what the process starts with.
    var memory = 2 << 30
    var processorSeconds = 20
    var wallSeconds = 30.0
    var outputBytes = 256 << 20
  }
}
