/// The last step of opening a checkpoint: weights that are stored in several arrays become the one
/// tensor that they are.
///
/// Rules go by names, types and shapes; what `quantization_config` says is believed only where it
/// fits them. What no rule knows stays as it is stored.
enum PackedWeights {
  /// The schemes that are known, those that are decoded first.
  static let rules: [any PackingRule] =
    [ScaledFloat8Rule(), ScaledInt8Rule()] + UndecodedScheme.all

  /// - Returns: the tensors in their order, a group in the place of its codes.
  static func grouped(_ tensors: [Tensor], config: JSONValue?) -> [Tensor] {
    let endings = Set(rules.flatMap { $0.endings.map { $0.last } })
    let candidates = tensors.indices.filter { index in
      endings.contains(tensors[index].name.last)
        && rules.contains { $0.types.contains(tensors[index].elementType) }
    }
    guard !candidates.isEmpty else { return tensors }
    let names = StoredNames(tensors, config: config)
    var result: [Int: Tensor] = [:]
    var taken: Set<String> = []
    for index in candidates {
      guard let group = group(of: tensors[index], in: names),
        taken.isDisjoint(with: group.stored.map(\.name)),
        group.name == tensors[index].name || names[group.name] == nil
      else { continue }
      taken.formUnion(group.stored.map(\.name))
      result[index] = group
    }
    return tensors.indices.compactMap { index in
      result[index] ?? (taken.contains(tensors[index].name) ? nil : tensors[index])
    }
  }

  private static func group(of codes: Tensor, in names: StoredNames) -> Tensor? {
    guard codes.stored.count == 1, codes.elementCount > 0 else { return nil }
    for rule in rules where rule.types.contains(codes.elementType) {
      for ending in rule.endings where codes.name.hasSuffix(ending) {
        let stem = String(codes.name.dropLast(ending.count))
        if let group = rule.group(codes, stem: stem, in: names) { return group }
      }
    }
    return nil
  }
}

/// One scheme of storing a weight in several arrays.
protocol PackingRule: Sendable {
  /// What the name of the array of codes ends in; what is before is the group's stem.
  var endings: [String] { get }
  /// Types that codes are stored in.
  var types: Set<ElementType> { get }

  /// The tensor that some codes are with what stands beside them, or nil if they are not of this
  /// scheme.
  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor?
}

/// The arrays of a checkpoint by their names.
struct StoredNames {
  private let arrays: [String: StoredArray]
  /// `quantization_config`, or what MLX calls it.
  let settings: JSONValue?

  init(_ tensors: [Tensor], config: JSONValue?) {
    arrays = Dictionary(
      tensors.lazy.filter { $0.stored.count == 1 }.map { ($0.name, $0.stored[0]) },
      uniquingKeysWith: { first, _ in first })
    settings =
      config?["quantization_config"] ?? config?["text_config"]?["quantization_config"]
      ?? config?["quantization"]
  }

  subscript(name: String) -> StoredArray? { arrays[name] }

  /// Those of some names that are there.
  func found(_ names: [String]) -> [StoredArray] { names.compactMap { arrays[$0] } }

  /// A number of the settings, under any of its names.
  func setting(_ keys: String...) -> Int? {
    keys.lazy.compactMap { settings?[$0]?.integer }.first
  }
}

extension StoredArray {
  /// More values than describe a tensor's form are not read.
  private static let mostBytes = 1 << 16

  /// The few bytes of an array that describes others; nil if they cannot be had, which reading the
  /// array itself will say.
  var smallBytes: [UInt8]? {
    guard byteCount <= Self.mostBytes else { return nil }
    return try? storage.withBytes(of: 0..<byteCount, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in Array(bytes)
    }
  }

  /// The values of a short array of whole numbers.
  var integers: [Int]? {
    guard let bytes = smallBytes else { return nil }
    let width = elementType.bitWidth / 8
    switch elementType {
    case .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64: break
    default: return nil
    }
    return stride(from: 0, to: bytes.count, by: width).map { start in
      let value = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * $1) }
      return Int(truncatingIfNeeded: value)
    }
  }
}
