/// The cache of a hub's client: `models--OWNER--NAME/` with `blobs/` (contents by hash), `refs/`
/// (revisions by branch) and `snapshots/REVISION/` (links into `blobs/` by the files' names).
///
/// A model in it is read through a snapshot: `blobs` has contents without names.
package enum HubCache {
  /// Whether a folder is called like the cache of one model.
  package static func isRepository(named name: String) -> Bool {
    name.hasPrefix("models--") && name.count > "models--".count
  }

  /// The identity that the folders around a snapshot, or around a folder in one, give.
  ///
  /// - Parameter path: absolute.
  /// - Returns: nil outside of a cache.
  package static func identity(ofFolderAt path: String) -> ModelIdentity? {
    let steps = path.split(separator: "/").map(String.init)
    guard let place = steps.lastIndex(of: "snapshots"), place >= 1, place + 1 < steps.count,
      isRepository(named: steps[place - 1])
    else { return nil }
    // Neither owners nor names on the hub have two hyphens in a row.
    let parts = steps[place - 1].dropFirst("models--".count).split(
      separator: "--", maxSplits: 1)
    guard let last = parts.last else { return nil }
    let below = steps[(place + 2)...].map { "/" + $0 }.joined()
    return ModelIdentity(
      owner: parts.count == 2 ? String(parts[0]) : nil, name: last + below,
      revision: steps[place + 1])
  }

  /// The snapshot of a branch, a tag or a commit.
  ///
  /// - Returns: nil where the cache does not hold it.
  package static func snapshot(
    of revision: String, inRepositoryAt repository: String
  ) -> String? {
    let named = try? MetadataFile.withBytes(
      of: PathName.join(repository, "refs/" + revision), limit: 256
    ) { (bytes) throws(LoadError) in
      String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    }
    let commit = named ?? revision
    guard !commit.isEmpty, !commit.contains("/"), commit.first != "." else { return nil }
    let path = PathName.join(PathName.join(repository, "snapshots"), commit)
    return PathName.isFolder(path) ? path : nil
  }

  /// The snapshot that stands for a model in the cache: the one that `refs/main` names, else the
  /// only one.
  ///
  /// - Parameter repository: path of `models--OWNER--NAME`.
  /// - Returns: nil for a folder that is no such cache, whatever it is called.
  /// - Throws: `.noWeights` where nothing says which snapshot is meant.
  package static func snapshot(
    ofRepositoryAt repository: String, limits: LoadLimits = .standard
  ) throws(LoadError) -> String? {
    let snapshots = PathName.join(repository, "snapshots")
    guard isRepository(named: PathName.name(of: repository)), PathName.isFolder(snapshots) else {
      return nil
    }
    if let path = snapshot(of: "main", inRepositoryAt: repository) { return path }
    let names = try PathName.entries(of: snapshots, limits: limits).filter {
      PathName.isFolder(PathName.join(snapshots, $0))
    }
    guard names.count <= 1 else {
      throw LoadError(
        .unsupportedLayout,
        "holds several snapshots, of which 'refs/main' names none; name one of them",
        file: snapshots)
    }
    guard let only = names.first else {
      throw LoadError(
        .noWeights, "is the cache of a model, and holds no snapshot of it; download it again",
        file: repository)
    }
    return PathName.join(snapshots, only)
  }
}
