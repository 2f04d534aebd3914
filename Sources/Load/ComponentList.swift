/// The models that a folder of several holds: the parts of a diffusers pipeline
/// (`model_index.json`), the modules of sentence-transformers (`modules.json`), or the folders of a
/// bundle beside its configuration.
struct ComponentList {
  struct Component: Equatable {
    /// What its tensors' names begin with.
    var name: String
    /// The folder below; empty for the folder itself.
    var place: String
  }

  var components: [Component]

  static let indexNames = ["model_index.json", "modules.json"]

  /// - Returns: nil where nothing says that a folder is one model of several.
  /// - Throws: if the list cannot be read: then nothing says what the model is.
  init?(of folder: any ModelFolder, limits: LoadLimits) throws(LoadError) {
    let entries = try folder.entries().filter { !$0.name.hasPrefix(".") }
    let folders = entries.filter { $0.kind == .folder }.map(\.name)
    let names = entries.filter { $0.kind == .file }.map(\.name)
    if names.contains("model_index.json") {
      let list = try Self.json("model_index.json", in: folder, limits: limits)
      components = folders.filter { list[$0]?.array != nil }.map { Component(name: $0, place: $0) }
    } else if names.contains("modules.json") {
      let modules = try Self.json("modules.json", in: folder, limits: limits).array ?? []
      components = modules.compactMap { module in
        guard let place = module["path"]?.string, place.isEmpty || folders.contains(place) else {
          return nil
        }
        return Component(name: place.isEmpty ? "" : place, place: place)
      }
    } else if names.contains("config.json"),
      !names.contains(where: FormatCatalogue.isNamedLikeWeights)
    {
      components = folders.filter { name in
        let inside = (try? folder.folder(name).fileNames()) ?? []
        return inside.contains("config.json") && inside.contains(where: Self.isReadable)
      }.map { Component(name: $0, place: $0) }
    } else {
      return nil
    }
    guard components.contains(where: { !$0.place.isEmpty }) else { return nil }
  }

  private static func isReadable(_ name: String) -> Bool {
    FormatCatalogue.readers.contains {
      $0.description.matches(name) || $0.description.hasIndexName(name)
    }
  }

  private static func json(
    _ name: String, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> JSONValue {
    let source = try folder.open(name)
    guard source.byteCount <= limits.configByteCount else {
      throw LoadError(
        .limitExceeded,
        "the file has \(source.byteCount) bytes; at most "
          + "\(limits.configByteCount) are read", file: source.path)
    }
    let json = JSONSource(file: source.path, allowsPythonNumbers: true)
    return try source.withBytes(in: 0..<source.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in
      try JSONReader.parse(bytes, source: json, limits: limits)
    }
  }

  /// The folder of the pipeline that lists a folder as one of its parts; nil if none does.
  static func pipeline(
    ofComponentAt path: String, limits: LoadLimits
  ) -> (folder: LocalFolder, name: String)? {
    let name = PathName.name(of: path)
    let above = LocalFolder(path: PathName.folder(above: path), limits: limits)
    // The folder above may be a corpus of thousands: it is not listed without a reason.
    let isListed = (indexNames + ["config.json"]).contains {
      FileState.exists(PathName.join(above.path, $0))
    }
    guard isListed, let list = try? ComponentList(of: above, limits: limits),
      list.components.contains(where: { $0.place == name })
    else { return nil }
    return (above, name)
  }
}
