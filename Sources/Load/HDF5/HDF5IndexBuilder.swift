import CHDF5

/// Describes the structure of one HDF5 file with libhdf5.
///
/// libhdf5 crashes and hangs on hostile files whatever its caller checks, so this runs only in a
/// process of its own (`HDF5IndexProcess`). It never lets the library read or convert the data of
/// a dataset, except the few bytes of compact ones.
struct HDF5IndexBuilder {
  private(set) var index = HDF5Index()
  /// Addresses of the objects met so far: hard links may form cycles.
  private var visited: Set<UInt64> = []
  private var attributeBudget: Int
  private var chunkBudget: Int
  private let limits: LoadLimits.HDF5
  private let chunkBase: UInt64
  private let deadline: Double

  /// The structure of the file at `path`.
  static func index(
    ofFileAt path: String, limits: LoadLimits.HDF5 = LoadLimits.standard.hdf5
  ) throws(LoadError) -> HDF5Index {
    // The library prints every error to stderr otherwise; the setting is per thread.
    chdf5_silence_errors()
    guard let file = HDF5Handle(chdf5_open_file(path)) else {
      throw openingError(path)
    }
    guard let root = HDF5Handle(chdf5_open_object(file.id, "/")) else {
      throw LoadError(.headerMalformed, "the root group cannot be opened", file: path)
    }
    var userBlock: hsize_t = 0
    if let creation = HDF5Handle(H5Fget_create_plist(file.id)) {
      H5Pget_userblock(creation.id, &userBlock)
    }
    var builder = HDF5IndexBuilder(
      chunkBase: chdf5_chunk_addresses_omit_user_block() ? userBlock : 0, limits: limits)
    builder.add(root.id, path: "", depth: 0)
    return builder.index
  }

  private init(chunkBase: UInt64, limits: LoadLimits.HDF5) {
    self.chunkBase = chunkBase
    self.limits = limits
    attributeBudget = limits.attributeBytes
    chunkBudget = limits.chunks
    deadline = HDF5DatasetDescription.processorSeconds() + limits.chunkListingSeconds
  }

  private static func openingError(_ path: String) -> LoadError {
    let reason = chdf5_last_error().map(String.init(cString:)) ?? "libhdf5 cannot open the file"
    let code: LoadError.Code = reason.hasPrefix("truncated file") ? .truncated : .headerMalformed
    return LoadError(code, reason, file: path)
  }

  private mutating func add(_ object: hid_t, path: String, depth: Int) {
    var address: UInt64 = 0
    var attributes: UInt64 = 0
    guard chdf5_object_info(object, &address, &attributes) else {
      return report(path, .headerMalformed, "the object's header cannot be read")
    }
    guard visited.insert(address).inserted else { return }
    switch H5Iget_type(object) {
    case H5I_GROUP:
      addGroup(object, path: path, attributes: attributes, depth: depth)
    case H5I_DATASET:
      addDataset(object, path: path)
    default:
      break  // a committed datatype
    }
  }

  private mutating func addGroup(_ group: hid_t, path: String, attributes: UInt64, depth: Int) {
    guard depth < limits.depth, visited.count <= limits.groups
    else {
      return report(path, .limitExceeded, "there are too many groups, or too deep")
    }
    addAttributes(of: group, path: path, count: attributes)
    guard let links = links(of: group) else {
      return report(path, .headerMalformed, "the group's links cannot be read")
    }
    for link in links {
      let child = path.isEmpty ? link.name : path + "/" + link.name
      switch link.kind {
      case CHDF5_LINK_HARD:
        guard let object = HDF5Handle(chdf5_open_object(group, link.name)) else {
          report(child, .headerMalformed, "the object cannot be opened")
          continue
        }
        add(object.id, path: child, depth: depth + 1)
      case CHDF5_LINK_SOFT:
        break  // what it names within the file has a hard link of its own
      default:
        report(child, .unsupportedLayout, "links to other files are not followed")
      }
    }
  }

  private mutating func addAttributes(of group: hid_t, path: String, count: UInt64) {
    var entry = HDF5Index.Group(path: path)
    for position in 0..<UInt32(clamping: min(count, 4096)) {
      guard
        let (name, value) = HDF5AttributeStrings.read(
          at: position, of: group, budget: &attributeBudget)
      else { continue }
      switch value {
      case .one(let text): entry.strings[name] = text
      case .list(let texts): entry.lists[name] = texts
      }
    }
    if !entry.strings.isEmpty || !entry.lists.isEmpty { index.groups.append(entry) }
  }

  private mutating func addDataset(_ dataset: hid_t, path: String) {
    guard index.datasets.count < limits.datasets else {
      return report(
        path, .tooManyTensors, "there are more than \(limits.datasets) datasets")
    }
    do throws(HDF5DatasetProblem) {
      let description = HDF5DatasetDescription(
        dataset: dataset, chunkBase: chunkBase, chunkBudget: chunkBudget, deadline: deadline,
        limits: limits)
      guard let entry = try description.entry(path: path) else { return }
      if case .chunked(let chunks) = entry.layout { chunkBudget -= chunks.stored.count }
      index.datasets.append(entry)
    } catch {
      report(path, error.code, error.message, elements: error.elements)
    }
  }

  private mutating func report(
    _ path: String, _ code: LoadError.Code, _ message: String, elements: Int? = nil
  ) {
    guard index.problems.count < limits.problems else { return }
    index.problems.append(.init(path: path, code: code, message: message, elements: elements))
  }

  private typealias Link = (name: String, kind: chdf5_link_kind)

  private final class LinkList {
    var links: [Link] = []
    let most: Int

    init(most: Int) { self.most = most }
  }

  private func links(of group: hid_t) -> [Link]? {
    let list = LinkList(most: limits.groups)
    let visitor = chdf5_link_visitor(
      each: { name, kind, context in
        guard let name, let context else { return -1 }
        let list = Unmanaged<LinkList>.fromOpaque(context).takeUnretainedValue()
        list.links.append((String(cString: name), kind))
        return list.links.count > list.most ? 1 : 0
      }, context: Unmanaged.passUnretained(list).toOpaque())
    return withExtendedLifetime(list) { chdf5_each_link(group, visitor) ? list.links : nil }
  }
}
