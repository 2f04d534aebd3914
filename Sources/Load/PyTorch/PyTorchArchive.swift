/// What `torch.save` and `torch.jit.save` write since 1.6: a zip archive of one folder with a pickle
/// and the storages that it names.
///
/// `torch/serialization.py`, `_save`; `caffe2/serialize/inline_container.h`: `data.pkl`, `data/0`,
/// `data/1` …, `byteorder`, `version`; of TorchScript also `code/` and `constants.pkl` with
/// `constants/`.
struct PyTorchArchive {
  private let archive: ZipArchive
  /// The folder, with its slash.
  private let root: String
  private let inflated: InflatedMembers
  private let isBigEndian: Bool

  /// The folder of an archive that torch would read; nil for another archive.
  ///
  /// torch takes the folder of the first member.
  static func root(of archive: ZipArchive) -> String? {
    guard let first = archive.names.first, let slash = first.firstIndex(of: "/") else { return nil }
    let root = String(first[...slash])
    return archive.contains(root + "data.pkl") ? root : nil
  }

  /// - Throws: also for archives that programs read differently.
  init(_ archive: ZipArchive) throws(LoadError) {
    self.archive = archive
    let file = archive.file.path
    guard let root = Self.root(of: archive) else {
      throw LoadError(
        .unknownFormat, "holds no data.pkl in the folder of its first member", file: file)
    }
    self.root = root
    // torch finds members whatever the case of their letters.
    var spellings: Set<String> = []
    for name in archive.names where !spellings.insert(name.lowercased()).inserted {
      throw LoadError(
        .ambiguousFormat,
        "has two members that programs may take for one, \(LoadError.quote(name)) being the second "
          + "(SCM1002)", file: file)
    }
    let pickles = archive.names.filter { $0.hasSuffix("/data.pkl") }
    guard pickles.count == 1 else {
      throw LoadError(
        .ambiguousFormat,
        "holds several checkpoints (\(WeightPlan.list(pickles))): which weights are read depends on "
          + "the reader (SCM1002)", file: file)
    }
    inflated = try InflatedMembers(of: archive) { $0.hasPrefix(root) }
    if archive.contains(root + "byteorder") {
      let order = try Self.text(root + "byteorder", of: archive)
      guard order == "little" || order == "big" else {
        throw LoadError(
          .unsupportedLayout, "has the byte order \(LoadError.quote(order))", file: file)
      }
      isBigEndian = order == "big"
    } else {
      isBigEndian = false
    }
  }

  func model(limits: LoadLimits) throws(LoadError) -> PyTorchModel {
    var model = PyTorchModel(of: archive.file, limits: limits)
    try take("data", into: &model, prefix: "", limits: limits)
    // Frozen TorchScript keeps its weights among the constants.
    if archive.contains(root + "constants.pkl") {
      try take("constants", into: &model, prefix: "constants.", limits: limits)
    }
    return model
  }

  private func take(
    _ name: String, into model: inout PyTorchModel, prefix: String, limits: LoadLimits
  ) throws(LoadError) {
    let member = "\(root)\(name).pkl"
    let place = try bytes(ofMember: member)
    let isStored = place.source === archive.file
    try place.source.withBytes(in: place.range, tensor: nil) { (bytes) throws(LoadError) in
      var machine = PickleMachine(
        bytes,
        source: PickleSource(
          file: archive.file.path, member: member, offset: isStored ? place.range.lowerBound : nil),
        limits: limits.pickle)
      let value: PickleValue
      do throws(LoadError) {
        value = try machine.run()
      } catch {
        throw machine.explained(error)
      }
      try model.take(
        machine, root: value, storages: Folder(archive: self, name: name), pickle: place,
        prefix: prefix)
    }
  }

  /// The storages of one pickle.
  private struct Folder: PyTorchStorages {
    let archive: PyTorchArchive
    let name: String

    func bytes(of key: String) throws(LoadError) -> StorageBytes {
      var bytes = try archive.bytes(ofMember: "\(archive.root)\(name)/\(key)")
      bytes.isBigEndian = archive.isBigEndian
      return bytes
    }
  }

  private func bytes(ofMember name: String) throws(LoadError) -> StorageBytes {
    if let place = inflated.places[name] { return place }
    return StorageBytes(source: archive.file, range: try archive.storedRange(of: name))
  }

  private static func text(_ name: String, of archive: ZipArchive) throws(LoadError) -> String {
    var text: [UInt8] = []
    try archive.extract(name) { block throws(LoadError) in
      text += block.prefix(max(0, 64 - text.count))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
