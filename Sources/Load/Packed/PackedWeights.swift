/// The last step of opening a checkpoint: weights that are stored in several arrays become the one
/// tensor that they are.
///
/// Rules go by names, types and shapes; what `quantization_config` says is believed only where it
/// fits them. What no rule knows stays as it is stored.
enum PackedWeights {
  /// The schemes that are known, those that are decoded first.
  static let rules: [any PackingRule] =
    [
      ComfyRule(), BitsAndBytes4Rule(), AWQRule(), GPTQRule(), PackQuantisedRule(),
      NVFP4Rule(), MXFP4Rule(), MLXNVFP4Rule(), MLXMXFP8Rule(), MLXAffineRule(), HQQRule(),
      BitNetRule(), ScaledFloat8Rule(), ScaledInt8Rule(),
    ] + UndecodedScheme.all

  /// - Returns: the tensors in their order, a group in the place of its codes.
  static func grouped(
    _ tensors: [Tensor], config: JSONValue?, headerStrings: [String: String] = [:]
  ) -> [Tensor] {
    // The last letters of names that may be codes, by type; nil where any may.
    var letters: [ElementType: Set<Character?>] = [:]
    for rule in rules {
      for type in rule.types { letters[type, default: []].formUnion(rule.endings.map(\.last)) }
    }
    let candidates = tensors.indices.filter { index in
      guard let letters = letters[tensors[index].elementType] else { return false }
      return letters.contains(nil) || letters.contains(tensors[index].name.last)
    }
    guard !candidates.isEmpty else { return tensors }
    let names = StoredNames(tensors, config: config, headerStrings: headerStrings)
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
    guard codes.stored.count == 1, codes.elementCount > 0, !codes.hasForm else { return nil }
    for rule in rules where rule.types.contains(codes.elementType) {
      for ending in rule.endings where codes.name.hasSuffix(ending) {
        let stem = String(codes.name.dropLast(ending.count))
        if let group = rule.group(codes, stem: stem, in: names) { return group }
      }
    }
    return nil
  }
}

extension Tensor {
  /// Whether its format has said already how the numbers are stored.
  fileprivate var hasForm: Bool {
    switch decoding {
    case .plain: false
    case .encoded: true
    case .undecoded(let scheme): scheme != elementType.rawValue
    }
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

  /// What goes behind the name of a scheme whose weights are multiplied with a rotation that is not
  /// undone; nil of others.
  let rotation: String?
  /// Formats of the layers that ComfyUI packed, as far as the header says.
  let comfyLayers: [String: String]

  init(_ tensors: [Tensor], config: JSONValue?, headerStrings: [String: String] = [:]) {
    arrays = Dictionary(
      tensors.lazy.filter { $0.stored.count == 1 }.map { ($0.name, $0.stored[0]) },
      uniquingKeysWith: { first, _ in first })
    settings =
      config?["quantization_config"] ?? config?["text_config"]?["quantization_config"]
      ?? config?["quantization"]
    comfyLayers = Self.comfyLayers(headerStrings["_quantization_metadata"])
    rotation = Self.isRotated(settings) ? ", stored rotated" : nil
  }

  subscript(name: String) -> StoredArray? { arrays[name] }

  /// Those of some names that are there.
  func found(_ names: [String]) -> [StoredArray] { names.compactMap { arrays[$0] } }

  /// A number of the settings, under any of its names.
  func setting(_ keys: String...) -> Int? {
    keys.lazy.compactMap { settings?[$0]?.integer }.first
  }

  /// Whether compressed-tensors' `transform_config` says so: transforms of inputs and outputs happen
  /// when the network runs, those of weights have happened.
  private static func isRotated(_ settings: JSONValue?) -> Bool {
    guard case .object(let groups) = settings?["transform_config"]?["config_groups"] else {
      return false
    }
    return groups.contains { group in
      group.value["apply"]?.array?.contains {
        $0["location"]?.string?.hasPrefix("weight") ?? false
      } ?? false
    }
  }
}

extension StoredArray {
  /// More values than describe a tensor's form are not read.
  private static let mostBytes = 1 << 16

  /// The few bytes of an array that describes others; nil if they cannot be had, which reading the
  /// array itself will say.
  var smallBytes: [UInt8]? { bytes(atMost: Self.mostBytes) }

  private func bytes(atMost limit: Int) -> [UInt8]? {
    guard byteCount <= limit else { return nil }
    return try? storage.withBytes(of: 0..<byteCount, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in Array(bytes)
    }
  }

  /// The values of a short array of whole numbers.
  var integers: [Int]? { integers(atMost: Self.mostBytes / 8) }

  /// The values of an array of whole numbers that has no more than so many; below zero where the
  /// sign says so.
  func integers(atMost limit: Int) -> [Int]? {
    let width = elementType.bitWidth / 8
    switch elementType {
    case .uint8, .int8, .int16, .uint16, .int32, .uint32, .int64, .uint64: break
    default: return nil
    }
    guard elementCount <= limit, let bytes = bytes(atMost: limit * width) else { return nil }
    let isSigned = [.int8, .int16, .int32].contains(elementType)
    return bytes.withUnsafeBufferPointer { bytes in
      stride(from: 0, to: bytes.count, by: width).map { start in
        var value: UInt64 = 0
        for place in 0..<width { value |= UInt64(bytes[start + place]) << UInt64(8 * place) }
        guard isSigned else { return Int(truncatingIfNeeded: value) }
        let unused = UInt64(64 - 8 * width)
        return Int(Int64(truncatingIfNeeded: value << unused) >> Int64(unused))
      }
    }
  }
}
