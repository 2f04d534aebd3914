/// What `torch.save` wrote before 1.6 and still does when asked: pickles of a magic number, a
/// version, what the machine was like, the object, and the keys of its storages; then these, each
/// behind its count of numbers.
///
/// `torch/serialization.py`, `_legacy_save`.
struct LegacyFile {
  /// Holds the values that `root` is of.
  private(set) var machine: PickleMachine
  private(set) var root = PickleValue.none
  private(set) var storages = Storages(places: [:])

  struct Storages: PyTorchStorages {
    fileprivate(set) var places: [String: StorageBytes]

    func bytes(of key: String) throws(LoadError) -> StorageBytes {
      guard let place = places[key] else {
        throw LoadError(.truncated, "has the storage \(LoadError.quote(key)), which is not there")
      }
      return place
    }
  }

  /// 0x1950a86a20f9469cfc6c, as LONG1 stores it.
  private static let magic: [UInt8] = [
    0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]
  /// As protocols 0 and 1 do.
  private static let spelledMagic = Array("L119547037146038801333356L\n.".utf8)
  /// Storages of one file.
  private static let mostStorages = 1_000_000

  /// Whether bytes start with the pickle of the magic number, of whatever protocol.
  static func isStart(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.has(spelledMagic)
      || bytes.first == 0x80 && (bytes.has(magic, at: 2) || bytes.has(magic, at: 11))
  }

  /// Reads the pickles, and where the storages are.
  ///
  /// - Parameters:
  ///   - bytes: of the file, or of one within a pickle.
  ///   - source: what they are in, `offset` bytes from its start.
  init(
    _ bytes: UnsafeRawBufferPointer, in source: any ByteSource, offset: Int = 0, limits: LoadLimits
  ) throws(LoadError) {
    machine = PickleMachine(
      bytes, source: PickleSource(file: source.path, offset: offset), limits: limits.pickle)
    guard Self.isStart(bytes) else {
      throw machine.error("is not what torch.save writes", .unknownFormat, at: 0)
    }
    do throws(LoadError) {
      _ = try machine.run()
      let version = try machine.run()
      guard machine.heap.integer(version) == 1001 else {
        throw machine.error("is of a version of torch.save that is not known", at: 0)
      }
      // What the writer's machine was like; numbers are little-endian whatever it was.
      _ = try machine.run()
      root = try machine.run()
      try findStorages(try machine.run(), in: source, offset: offset)
    } catch {
      throw machine.explained(error)
    }
  }

  private mutating func findStorages(
    _ keys: PickleValue, in source: any ByteSource, offset: Int
  ) throws(LoadError) {
    let heap = machine.heap
    guard let keys = heap.sequence(keys), keys.count <= Self.mostStorages else {
      throw machine.error("has no list of its storages", at: machine.position)
    }
    // The width of a storage's numbers is told where the storage is named.
    var widths: [String: Int] = [:]
    for object in heap.objects {
      guard let id = PersistentStorage(object, heap) else { continue }
      if widths[id.key] == nil { widths[id.key] = id.type.width }
    }
    var position = machine.position
    for key in keys {
      let name = heap.text(key) ?? heap.integer(key).map(String.init) ?? ""
      let start = position
      func problem(_ message: String, _ code: LoadError.Code = .truncated) -> LoadError {
        machine.error("the storage \(LoadError.quote(name)) \(message)", code, at: start)
      }
      guard heap.bytes.count - position >= 8 else {
        throw problem("is not there: the file is cut short; download it again")
      }
      guard let width = widths[name] else {
        throw problem("is not named in the pickle", .headerMalformed)
      }
      let count = Int(truncatingIfNeeded: heap.bytes.little64(position))
      let (size, overflow) = count.multipliedReportingOverflow(by: width)
      guard count >= 0, !overflow, size <= heap.bytes.count - position - 8 else {
        throw problem(
          "claims \(count) numbers, more than the file holds: it is cut short; download it again")
      }
      let place = offset + position + 8
      storages.places[name] = StorageBytes(source: source, range: place..<place + size)
      position += 8 + size
    }
  }
}
