/// Something that a pickle put together: small values themselves, others by their place in the
/// `PickleHeap`.
///
/// Nothing points at anything, so that however deep a pickle nests, nothing recurses to free it.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case real(Double)
  /// UTF-8 at these bytes of the pickle.
  case text(Range<Int>)
  /// Text that had to be decoded, by its place.
  case spelled(Int)
  /// These bytes of the pickle.
  case bytes(Range<Int>)
  /// Values at these places.
  case tuple(Range<Int>)
  case list(Int)
  case dictionary(Int)
  case global(Int)
  case object(Int)
  /// Numbers too large for a machine word, and buffers outside of the pickle.
  case opaque
}

/// What a call would have made, had it been made: who was to be called, with what, and what was to
/// be put into it afterwards.
struct PickleObject {
  enum Origin {
    /// By REDUCE, NEWOBJ and their like.
    case call
    /// By the loader, which is asked for what stands outside of the pickle.
    case persistent
  }

  var origin: Origin
  var callee: PickleValue
  /// A tuple, as a rule; of a persistent object, its id.
  var arguments: PickleValue
  /// What BUILD was given last.
  var state = PickleValue.none
  /// Lists in the heap; negative for none.
  var elements = -1
  var entries = -1
}

/// The values of a pickle.
struct PickleHeap {
  /// The bytes that ranges are of.
  let bytes: UnsafeRawBufferPointer
  var spelled: [String] = []
  var items: [PickleValue] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var objects: [PickleObject] = []
  var globals: [PickleGlobal] = []
  /// The places of globals by their full names.
  var globalPlaces: [String: Int] = [:]

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func makeTuple(_ values: some Collection<PickleValue>) -> PickleValue {
    let start = items.count
    items += values
    return .tuple(start..<items.count)
  }

  mutating func makeList(_ values: [PickleValue] = []) -> Int {
    lists.append(values)
    return lists.count - 1
  }

  mutating func makeDictionary(
    _ entries: [(key: PickleValue, value: PickleValue)] = []
  ) -> Int {
    dictionaries.append(entries)
    return dictionaries.count - 1
  }
}

// MARK: Looking at values

extension PickleHeap {
  /// The longest text that is a key or a name; one text may be met a million times.
  private static let longestName = 4096
  /// More elements than shapes and arguments have.
  private static let mostIntegers = 64

  /// A text that may be a name; nil for a longer one.
  func text(_ value: PickleValue) -> String? {
    switch value {
    case .text(let range): range.count <= Self.longestName ? longText(value) : nil
    case .spelled(let place): spelled[place].utf8.count <= Self.longestName ? spelled[place] : nil
    default: nil
    }
  }

  /// A text of any length.
  func longText(_ value: PickleValue) -> String? {
    switch value {
    case .text(let range):
      String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    case .spelled(let place): spelled[place]
    default: nil
    }
  }

  func integer(_ value: PickleValue) -> Int? {
    switch value {
    case .integer(let number): number
    case .bool(let flag): flag ? 1 : 0
    default: nil
    }
  }

  /// The values of a tuple or list.
  func sequence(_ value: PickleValue) -> ArraySlice<PickleValue>? {
    switch value {
    case .tuple(let range): items[range]
    case .list(let place): lists[place][...]
    default: nil
    }
  }

  /// The first values of a tuple or list, as many as any call that is known takes.
  func arguments(_ value: PickleValue) -> [PickleValue]? {
    sequence(value).map { Array($0.prefix(10)) }
  }

  /// The numbers of a short tuple or list that holds nothing else.
  func integers(_ value: PickleValue) -> [Int]? {
    guard let values = sequence(value), values.count <= Self.mostIntegers else { return nil }
    let numbers = values.compactMap { integer($0) }
    return numbers.count == values.count ? numbers : nil
  }

  /// The name of a global: `torch.FloatStorage`.
  func name(_ value: PickleValue) -> String? {
    if case .global(let place) = value { globals[place].fullName } else { nil }
  }

  func object(_ value: PickleValue) -> PickleObject? {
    if case .object(let place) = value { objects[place] } else { nil }
  }
}
