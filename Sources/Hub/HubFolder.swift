import Load

/// A repository of a hub, or a folder in it.
struct HubFolder: ModelFolder {
  let repository: HubRepository
  /// As seen from the repository; empty for all of it.
  let place: String
  /// Whether little of the weights will be read, and is kept; else all of them, and nothing is.
  let isSampled: Bool

  init(_ repository: HubRepository, place: String = "", isSampled: Bool) {
    self.repository = repository
    self.place = place
    self.isSampled = isSampled
  }

  var path: String { place.isEmpty ? repository.path : "\(repository.path)/\(place)" }

  var metadataPath: String {
    place.isEmpty ? repository.filesFolder : "\(repository.filesFolder)/\(place)"
  }

  /// Of what is only looked at, no second checkpoint is read through.
  var readsCopies: Bool { !isSampled }

  var identity: ModelIdentity {
    ModelIdentity(
      owner: repository.address.owner,
      name: repository.address.name + (place.isEmpty ? "" : "/" + place),
      revision: repository.listing.commit)
  }

  func entries() throws(LoadError) -> [FolderEntry] {
    repository.entries(of: place)
  }

  func open(_ name: String) throws(LoadError) -> any ByteSource {
    guard ModelFiles.isInside(name) else {
      throw LoadError(
        .shardOutsideFolder, "\(LoadError.quote(name)) is not a file in the folder", file: path)
    }
    return try repository.open(
      place.isEmpty ? name : "\(place)/\(name)", isSampled: isSampled)
  }

  func folder(_ name: String) -> any ModelFolder {
    HubFolder(
      repository, place: place.isEmpty ? name : "\(place)/\(name)", isSampled: isSampled)
  }
}
