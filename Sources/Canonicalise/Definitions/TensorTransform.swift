/// How a stored tensor becomes canonical ones.
///
/// The list is closed: definitions are data, not code. A definition lists transforms in the order they apply: `["experts", "transpose", {"splitRows": …}]`.
enum TensorTransform: Sendable, Equatable {
  /// The matrix is stored `[in, out]` (GPT-2's Conv1D). Vectors stay as they are.
  case transpose
  /// The first axis counts experts; each becomes a tensor of its own.
  case experts
  /// Runs of output rows, one after the other: Q over K over V, gate over up.
  case splitRows([Part])
  /// Runs of input columns, one after the other. Biases stay whole.
  case splitColumns([Part])
  /// Output rows in turn: row i belongs to part i mod n (gpt-oss gates), or runs of rows of the sizes
  /// that the parts name, over and over (queries and gates of Qwen3-Next, head by head).
  case alternatingRows([Part])
  /// Q, K and V mixed head by head: rows are `[group, queries per group + 2, headSize]`, a group
  /// being the query heads that share a key head, followed by that key head and its value head.
  ///
  /// One head per group is the layout of GPT-NeoX and BLOOM; one group in all that of multi-query
  /// models; InternLM2 and Falcon-40b lie between.
  case interleavedHeads
  /// Rows of each query or key head are stored in pairs, one of each half, as rotary embeddings of the
  /// original Llama code take them; canonical are the two halves of Transformers.
  case rotaryPairs
  /// The last two stored axes, heads and head size, are one output axis (Keras attention).
  case foldOutputs

  struct Part: Sendable, Equatable {
    /// Goes behind `#` in the name of the part.
    var part: String
    var role: TensorRole
    /// Nil where the size is not known by name: such parts share what the others leave.
    var size: SymbolicExtent?
  }
}

extension TensorTransform: Decodable {
  private enum Keys: String, CodingKey, CaseIterable {
    case splitRows, splitColumns, alternatingRows
  }

  init(from decoder: any Decoder) throws {
    if let word = try? decoder.singleValueContainer().decode(String.self) {
      switch word {
      case "transpose": self = .transpose
      case "experts": self = .experts
      case "interleavedHeads": self = .interleavedHeads
      case "foldOutputs": self = .foldOutputs
      case "rotaryPairs": self = .rotaryPairs
      default: throw Self.failure(decoder, "unknown transform '\(word)'")
      }
      return
    }
    let container = try decoder.strictContainer(keyedBy: Keys.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw Self.failure(decoder, "a transform is one key")
    }
    let parts = try container.decode([Part].self, forKey: key)
    guard parts.count > 1, Set(parts.map(\.part)).count == parts.count else {
      throw Self.failure(decoder, "a split needs two parts or more, named apart")
    }
    self =
      switch key {
      case .splitRows: .splitRows(parts)
      case .splitColumns: .splitColumns(parts)
      case .alternatingRows: .alternatingRows(parts)
      }
  }

  private static func failure(_ decoder: any Decoder, _ message: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: message))
  }
}

extension TensorTransform.Part: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case part, role, size
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    part = try container.decode(String.self, forKey: .part)
    role = try container.decode(TensorRole.self, forKey: .role)
    size = try container.decodeIfPresent(SymbolicExtent.self, forKey: .size)
  }
}
