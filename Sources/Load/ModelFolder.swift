/// Where the files of a model are: a folder, a snapshot in a hub's cache, or a hub's repository.
package protocol ModelFolder: Sendable {
  /// What errors call it: the path that it was opened by.
  var path: String { get }
  /// Where on this machine the small files beside the weights are.
  var metadataPath: String { get }
  /// Whether other checkpoints of the model may be read as a whole, to see whether they hold the same
  /// weights; where not, they are said not to be read.
  var readsCopies: Bool { get }
  /// Whose model the folder is.
  var identity: ModelIdentity { get }
  /// What is in the folder, in the order of the names, hidden names among it.
  func entries() throws(LoadError) -> [FolderEntry]
  /// Opens a file by its name; names of files in folders below have slashes.
  ///
  /// - Throws: `.shardOutsideFolder` for names and links that lead out of the model.
  func open(_ name: String) throws(LoadError) -> any ByteSource
  /// A folder below.
  func folder(_ name: String) -> any ModelFolder
}

/// A name in a folder.
package struct FolderEntry: Sendable, Equatable {
  package enum Kind: Sendable {
    case file
    case folder
    /// A link that leads nowhere.
    case brokenLink
    /// A device, a FIFO.
    case other
  }

  package var name: String
  package var kind: Kind
  package var isLink: Bool

  package init(_ name: String, _ kind: Kind = .file, isLink: Bool = false) {
    self.name = name
    self.kind = kind
    self.isLink = isLink
  }
}

/// What a model goes by: `OWNER/NAME` at a revision where its folder says so, else a name.
package struct ModelIdentity: Sendable, Equatable {
  package var owner: String?
  package var name: String
  /// The commit of the hub's repository.
  package var revision: String?

  package init(owner: String? = nil, name: String, revision: String? = nil) {
    self.owner = owner
    self.name = name
    self.revision = revision
  }

  /// `OWNER/NAME`, or the name alone.
  package var id: String { owner.map { "\($0)/\(name)" } ?? name }
}

extension ModelFolder {
  package var metadataPath: String { path }
  package var readsCopies: Bool { true }

  /// The names of the files, without hidden ones.
  package func fileNames() throws(LoadError) -> [String] {
    try entries().filter { $0.kind == .file && !$0.name.hasPrefix(".") }.map(\.name)
  }
}
