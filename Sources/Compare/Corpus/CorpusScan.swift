import Fingerprint
import Foundation
import Load

/// Finds the references in corpora.
///
/// A folder is one model if it has an index or weights beside a configuration, or if its files have
/// the names of one model; below the corpus itself, also if it has just one file of weights. Any
/// other folder is a collection: its files are references, and its folders are looked into, two
/// levels deep. Hidden names are skipped, links followed. Of a hub's cache, each model is read through
/// its current snapshot.
struct CorpusScan {
  private(set) var entries: [ReferenceCorpus.Entry] = []
  private(set) var problems: [CorpusProblem] = []
  private var ids: Set<String> = []
  private var places: Set<String> = []
  /// Whether writers are kept from a folder while it is looked into.
  private let locks: Bool

  init(locks: Bool = true) {
    self.locks = locks
  }

  /// Levels of folders below a corpus that are looked into.
  private static let depth = 2

  /// A reference, and where in its corpus it is.
  private struct Found {
    var place: String
    var path: String
    var kind: ReferenceCorpus.Entry.Kind
    /// What a hub's cache says it is.
    var identity: ModelIdentity?

    init(
      place: String, path: String, kind: ReferenceCorpus.Entry.Kind, identity: ModelIdentity? = nil
    ) {
      self.path = path
      self.kind = kind
      self.identity = identity
      // Everybody's file is called so: it goes by its folder's name.
      let steps = place.split(separator: "/")
      self.place =
        steps.count > 1 && kind == .checkpoint
          && steps.last.map { ModelIdentity.isEverybodysName(String($0)) } ?? false
        ? steps.dropLast().joined(separator: "/") : place
    }
  }

  mutating func add(_ path: String) throws(LoadError) {
    if HubAddress.isMeant(by: path) {
      let address = try HubAddress(path)
      let identity = ModelIdentity(
        owner: address.owner, name: address.name,
        revision: address.isPinned ? address.revision : nil)
      insert(
        Found(place: address.id, path: path, kind: .checkpoint, identity: identity), manifest: nil,
        in: path)
      return
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw LoadError(.notFound, "no such file or folder", file: path)
    }
    guard ModelFiles.isFolder(path) else {
      let kind = Self.kind(of: path)
      let identity = kind == .checkpoint ? ModelIdentity(ofModelAt: path) : nil
      insert(
        Found(
          place: identity?.id ?? ModelFiles.name(of: path), path: path, kind: kind,
          identity: identity?.owner == nil ? nil : identity), manifest: nil, in: path)
      return
    }
    guard locks else { return try add(folder: path) }
    try CorpusLock.reading(path) { (isChanging) throws(LoadError) in
      // A reference may be there without the names that models declare it by.
      if isChanging {
        problems.append(
          CorpusProblem(
            path: path,
            message: "another process is changing the corpus, and was not done in time; run again"))
      }
      try add(folder: path)
    }
  }

  private mutating func add(folder path: String) throws(LoadError) {
    var found: [Found] = []
    if let snapshot = try HubCache.snapshot(ofRepositoryAt: path) {
      collect(snapshot: snapshot, above: [], into: &found)
      apply(nil, to: found, corpus: path)
      return
    }
    let folder = Folder(path, names: try ModelFiles.names(in: path))
    if folder.isModel(isCorpus: true) {
      let identity = ModelIdentity(ofModelAt: path)
      insert(
        Found(
          place: identity.id, path: path, kind: .checkpoint,
          identity: identity.revision == nil ? nil : identity), manifest: nil, in: path)
      return
    }
    collect(folder, place: "", above: [], into: &found)
    let manifest = folder.names.contains(CorpusManifest.fileName) ? read(in: path) : nil
    apply(manifest, to: found, corpus: path)
  }

  private static func kind(of path: String) -> ReferenceCorpus.Entry.Kind {
    FingerprintFile.isFingerprint(path: path) ? .fingerprint : .checkpoint
  }

  // MARK: Folders

  /// A folder and what its names are.
  private struct Folder {
    let path: String
    let names: [String]
    /// Files that are weights, to judge by name or content.
    var weights: [String] = []
    var fingerprints: [String] = []
    var folders: [String] = []
    /// Links that lead nowhere.
    var broken: [String] = []

    init(_ path: String, names: [String]) {
      self.path = path
      self.names = names
      for name in names {
        let file = ModelFiles.join(path, name)
        if ModelFiles.isFolder(file) {
          folders.append(name)
        } else if !FileManager.default.fileExists(atPath: file) {
          broken.append(name)
        } else if !ModelFiles.isData(name, beside: names), ModelFiles.seemsWeights(file) {
          if CorpusScan.kind(of: file) == .fingerprint {
            fingerprints.append(name)
          } else {
            weights.append(name)
          }
        }
      }
    }

    func isModel(isCorpus: Bool) -> Bool {
      if names.contains(where: ModelFiles.isIndex) { return true }
      if names.contains("config.json") || names.contains("adapter_config.json") {
        return !isCorpus || !weights.isEmpty
      }
      if isCorpus {
        return !names.contains(CorpusManifest.fileName) && folders.isEmpty && fingerprints.isEmpty
          && ModelFiles.areOneModel(weights)
      }
      return weights.count == 1 && fingerprints.isEmpty || ModelFiles.areOneModel(weights)
    }
  }

  private mutating func collect(
    _ folder: Folder, place: String, above: [String], into found: inout [Found]
  ) {
    func inside(_ name: String) -> (path: String, place: String) {
      (ModelFiles.join(folder.path, name), place.isEmpty ? name : "\(place)/\(name)")
    }
    for name in folder.broken {
      problems.append(
        CorpusProblem(path: inside(name).path, message: "is a link to what is not there"))
    }
    for (names, kind) in [
      (folder.weights, ReferenceCorpus.Entry.Kind.checkpoint),
      (folder.fingerprints, .fingerprint),
    ] {
      found += names.map {
        let (path, place) = inside($0)
        return Found(place: place, path: path, kind: kind)
      }
    }
    let above = above + [Self.resolved(folder.path)]
    for name in folder.folders where above.count <= Self.depth {
      let (path, place) = inside(name)
      // A link back to where it is.
      guard !above.contains(Self.resolved(path)) else { continue }
      do throws(LoadError) {
        if let snapshot = try HubCache.snapshot(ofRepositoryAt: path) {
          collect(snapshot: snapshot, above: above, into: &found)
          continue
        }
        let next = Folder(path, names: try ModelFiles.names(in: path))
        if next.isModel(isCorpus: false) {
          found.append(Found(place: place, path: path, kind: .checkpoint))
        } else {
          collect(next, place: place, above: above, into: &found)
        }
      } catch {
        problems.append(CorpusProblem(error, path: path))
      }
    }
  }

  /// The model of a snapshot in a hub's cache, or the models in its folders.
  private mutating func collect(snapshot path: String, above: [String], into found: inout [Found]) {
    let identity = ModelIdentity(ofModelAt: path)
    do throws(LoadError) {
      let folder = Folder(path, names: try ModelFiles.names(in: path))
      if folder.isModel(isCorpus: false) {
        found.append(
          Found(place: identity.id, path: path, kind: .checkpoint, identity: identity))
        return
      }
      let before = found.count
      collect(folder, place: identity.id, above: above, into: &found)
      for index in before..<found.count { found[index].identity = identity }
    } catch {
      problems.append(CorpusProblem(error, path: path))
    }
  }

  private static func resolved(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path(percentEncoded: false)
  }

  // MARK: Manifests and ids

  private mutating func read(in corpus: String) -> CorpusManifest? {
    let path = ModelFiles.join(corpus, CorpusManifest.fileName)
    do throws(LoadError) {
      return try CorpusManifest(path: path)
    } catch {
      problems.append(CorpusProblem(error, path: path))
      return nil
    }
  }

  private mutating func apply(_ manifest: CorpusManifest?, to found: [Found], corpus: String) {
    var open = Dictionary(found.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in manifest?.references ?? [] {
      let path = ModelFiles.join(corpus, entry.file)
      guard FileManager.default.fileExists(atPath: path) else {
        problems.append(
          CorpusProblem(path: path, message: "is missing: the manifest calls it \(entry.id)"))
        open[entry.file] = nil
        continue
      }
      let place = Self.foldersAndFile(entry.file).first { open[$0] != nil }
      let reference =
        place.flatMap { open.removeValue(forKey: $0) }
        ?? Found(place: entry.file, path: path, kind: Self.kind(of: path))
      insert(reference, manifest: entry, in: corpus)
    }
    for reference in found where open[reference.place] != nil {
      insert(reference, manifest: nil, in: corpus)
    }
  }

  /// `a`, `a/b` and `a/b/c` of `a/b/c`: a reference may be any of them.
  private static func foldersAndFile(_ path: String) -> [String] {
    path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) } + [path]
  }

  /// A fingerprint that is named after its model goes by the model's name, as the model would.
  private static func id(of found: Found) -> String {
    guard found.kind == .fingerprint, found.place.hasSuffix(FingerprintFile.suffix) else {
      return found.place
    }
    let model = found.place.dropLast(FingerprintFile.suffix.count)
    return model.isEmpty ? found.place : String(model)
  }

  private mutating func insert(_ found: Found, manifest: CorpusManifest.Entry?, in corpus: String) {
    // Links are not resolved: two names for one model in a corpus are two references.
    let place = ReferenceCorpus.place(found.path)
    guard places.insert(place).inserted else { return }
    let wanted = manifest?.id ?? Self.id(of: found)
    let candidates = [wanted, "\(ModelFiles.name(of: corpus))/\(wanted)"]
    let numbered = (2...).lazy.map { "\(wanted)#\($0)" }
    let id = candidates.first { !ids.contains($0) } ?? numbered.first { !ids.contains($0) }
    guard let id else { return }
    ids.insert(id)
    entries.append(
      ReferenceCorpus.Entry(
        id: id, path: found.path, kind: found.kind, identity: found.identity, manifest: manifest,
        checkedPath: manifest.map { ModelFiles.join(corpus, $0.file) }))
  }
}
