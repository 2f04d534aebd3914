import Foundation

extension ModelIdentity {
  /// What a model goes by where it lies, without opening it.
  ///
  /// A snapshot in a hub's cache has its repository's name and revision. A file that is called as
  /// hubs call everybody's (`model.safetensors`, a shard, an index) goes by its folder's name: its
  /// own says nothing.
  ///
  /// - Parameter path: a file, a shard index, a folder, `models--OWNER--NAME` of a hub's cache, or the
  ///   address of a model on a hub.
  package init(ofModelAt path: String) {
    if HubAddress.isMeant(by: path), let address = try? HubAddress(path) {
      self.init(owner: address.owner, name: address.name, revision: address.revision)
      return
    }
    if PathName.isFolder(path) {
      let snapshot = try? HubCache.snapshot(ofRepositoryAt: path)
      self = LocalFolder(path: snapshot ?? path).identity
      return
    }
    let name = PathName.name(of: path)
    self.init(name: name)
    guard Self.isEverybodysName(name) else { return }
    let absolute = URL(filePath: path).standardizedFileURL.deletingLastPathComponent()
      .path(percentEncoded: false)
    let folder = LocalFolder(path: absolute).identity
    if folder.name != "/", !folder.name.isEmpty { self = folder }
  }

  /// Whether a file is called what hubs call the weights of every model, variants, shards and their
  /// index included: `model.fp16.safetensors`, `consolidated.00.pth`.
  package static func isEverybodysName(_ fileName: String) -> Bool {
    guard FormatCatalogue.isNamedLikeWeights(fileName) || FormatCatalogue.isIndexName(fileName)
    else { return false }
    let stem = FormatCatalogue.stem(of: fileName).lowercased()
    return FormatCatalogue.stems.union(["weights"]).contains {
      stem == $0 || stem.hasPrefix($0 + ".")
    }
  }
}
