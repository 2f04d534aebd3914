/// Where each tensor's bytes are, and whether they are of the type that the file claims.
///
/// Forks give ids to types of their own, the same ids as others. So an id is believed only where the
/// distance to the next tensor is what the type takes for the shape: of a type that is off once in a
/// file, nothing is decoded.
struct GGUFLayout {
  struct Place {
    var entry: GGUFHeader.Entry
    /// In the file.
    var range: Range<Int>
    /// Nil for a type that is not known, or not believed.
    var type: GGUFTensorType?

    /// What reports call the type of what is not decoded.
    var scheme: String {
      let known = GGUFTensorType.known(entry.type)
      if let type { return type.name }
      return known.map { "GGUF type \(entry.type), of another size than \($0.name)" }
        ?? "GGUF type \(entry.type)"
    }
  }

  /// In the order of the header.
  private(set) var places: [Place] = []

  init(_ header: GGUFHeader, of source: any ByteSource) throws(LoadError) {
    let entries = header.entries
    let dataCount = source.byteCount - header.dataOffset
    let order = entries.indices.sorted {
      (entries[$0].offset, $0) < (entries[$1].offset, $1)
    }
    var places = [Place?](repeating: nil, count: entries.count)
    var isFork: Set<UInt32> = []
    var last: LoadError?
    for (rank, index) in order.enumerated() {
      let entry = entries[index]
      let isLast = rank + 1 == order.count
      func problem(_ code: LoadError.Code, _ message: String) -> LoadError {
        LoadError(
          code, message, file: source.path, offset: entry.headerOffset, tensor: entry.name)
      }
      let end = isLast ? max(dataCount, entry.offset) : entries[order[rank + 1]].offset
      guard end <= max(dataCount, 0), entry.offset <= max(dataCount, 0) else {
        throw problem(
          .offsetsOutOfRange,
          "ends at byte \(end) of the data, of which the file has \(max(dataCount, 0)): it is cut "
            + "short; download it again")
      }
      let distance = end - entry.offset
      let type = GGUFTensorType.known(entry.type)
      let count = type.flatMap { $0.bytes > 0 ? $0.byteCount(of: entry.shape) : nil }
      var place = Place(entry: entry, range: 0..<0, type: type)
      if let count, distance == count || distance == Self.padded(count, to: header.alignment) {
        place.range = entry.offset..<entry.offset + count
      } else {
        if let count, isLast, distance < count {
          last = problem(
            .offsetsOutOfRange,
            "needs \(count) bytes from byte \(entry.offset) of the data on, of which the file has "
              + "\(dataCount): it is cut short; download it again")
        } else if case .plain? = type?.form {
          throw problem(
            .sizeMismatch,
            "has \(distance) bytes; \(type?.name ?? "") \(entry.shape) takes \(count ?? 0)")
        } else if type == nil || type?.bytes != 0 {
          isFork.insert(entry.type)
        }
        place.range = entry.offset..<end
      }
      place.range =
        place.range.lowerBound + header.dataOffset..<place.range.upperBound + header.dataOffset
      places[index] = place
    }
    if let last, let entry = order.last.map({ entries[$0] }), !isFork.contains(entry.type) {
      throw last
    }
    for place in places.compactMap(\.self) {
      var place = place
      if isFork.contains(place.entry.type) { place.type = nil }
      try Self.check(place, file: source.path)
      self.places.append(place)
    }
  }

  /// No type has less than a bit for a number: a shape that claims more would outweigh the model.
  private static func check(_ place: Place, file: String) throws(LoadError) {
    let count = place.entry.shape.productIfCounted ?? 0
    guard count / 8 <= place.range.count else {
      throw LoadError(
        .sizeMismatch,
        "claims \(count) numbers in \(place.range.count) bytes", file: file,
        offset: place.entry.headerOffset, tensor: place.entry.name)
    }
  }

  private static func padded(_ count: Int, to alignment: Int) -> Int? {
    let (sum, overflow) = count.addingReportingOverflow(alignment - 1)
    return overflow ? nil : sum / alignment * alignment
  }
}
