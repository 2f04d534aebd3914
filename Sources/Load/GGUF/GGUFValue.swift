/// A value of a GGUF header, as far as anything is made of it.
enum GGUFValue: Sendable, Equatable {
  case integer(Int64)
  case number(Double)
  case bool(Bool)
  case string(String)
  /// Short arrays of whole numbers: sizes by layer.
  case integers([Int64])
  case strings([String])
  /// What is not kept: long texts, arrays of anything else.
  case other

  var integer: Int? {
    switch self {
    case .integer(let value): Int(exactly: value)
    // Sizes that all layers share are written once, or for each.
    case .integers(let values):
      values.first.flatMap { first in
        values.allSatisfy { $0 == first } ? Int(exactly: first) : nil
      }
    default: nil
    }
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var strings: [String]? { if case .strings(let texts) = self { texts } else { nil } }
  var integers: [Int64]? { if case .integers(let values) = self { values } else { nil } }
}

/// The ids of types of values.
enum GGUFValueType: UInt32 {
  case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64
  case float64

  /// Bytes of a value; nil where they differ.
  var size: Int? {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    case .string, .array: nil
    }
  }

  var isInteger: Bool {
    switch self {
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
    case .float32, .bool, .string, .array, .float64: false
    }
  }
}

/// Reads the values of a header.
struct GGUFValueReader {
  /// Bytes of the longest text that is kept; chat templates and licences are longer.
  private static let keptText = 4096
  /// Arrays in arrays, which no writer makes.
  private static let depth = 4

  let limits: LoadLimits

  /// - Parameter key: says what of an array is kept.
  func value(
    of key: String, _ cursor: inout GGUFCursor
  ) throws(LoadError) -> GGUFValue {
    let type = try type(&cursor)
    switch type {
    case .string:
      let bytes = try cursor.stringBytes()
      return bytes.count <= Self.keptText ? .string(String(decoding: bytes, as: UTF8.self)) : .other
    case .array: return try array(of: key, &cursor)
    case .float32:
      return .number(Double(Float(bitPattern: try cursor.number(UInt32.self))))
    case .float64: return .number(Double(bitPattern: try cursor.number(UInt64.self)))
    case .bool: return .bool(try cursor.number(UInt8.self) != 0)
    default: return .integer(try integer(type, &cursor))
    }
  }

  private func type(_ cursor: inout GGUFCursor) throws(LoadError) -> GGUFValueType {
    let start = cursor
    let id = try cursor.number(UInt32.self)
    guard let type = GGUFValueType(rawValue: id) else {
      throw start.problem(.headerMalformed, "has a value of type \(id), which is not known")
    }
    return type
  }

  private func integer(
    _ type: GGUFValueType, _ cursor: inout GGUFCursor
  ) throws(LoadError) -> Int64 {
    switch type {
    case .uint8: Int64(try cursor.number(UInt8.self))
    case .int8: Int64(try cursor.number(Int8.self))
    case .uint16: Int64(try cursor.number(UInt16.self))
    case .int16: Int64(try cursor.number(Int16.self))
    case .uint32: Int64(try cursor.number(UInt32.self))
    case .int32: Int64(try cursor.number(Int32.self))
    case .uint64: Int64(clamping: try cursor.number(UInt64.self))
    default: try cursor.number(Int64.self)
    }
  }

  private func array(of key: String, _ cursor: inout GGUFCursor) throws(LoadError) -> GGUFValue {
    let start = cursor
    let type = try type(&cursor)
    let count = try cursor.count()
    let isVocabulary = GGUFVocabulary.keys.contains(key)
    guard !isVocabulary || count <= limits.vocabularySize else {
      throw start.problem(
        .limitExceeded, "has a vocabulary of \(count) tokens; at most \(limits.vocabularySize)")
    }
    let isKept = isVocabulary || count <= Self.keptText
    if type == .string {
      var strings: [String] = []
      for _ in 0..<count {
        let bytes = try cursor.stringBytes()
        if isKept { strings.append(String(decoding: bytes, as: UTF8.self)) }
      }
      return isKept ? .strings(strings) : .other
    }
    guard isKept, type.isInteger else {
      try skip(count, of: type, depth: 1, &cursor)
      return .other
    }
    var integers: [Int64] = []
    for _ in 0..<count { integers.append(try integer(type, &cursor)) }
    return .integers(integers)
  }

  private func skip(
    _ count: Int, of type: GGUFValueType, depth: Int, _ cursor: inout GGUFCursor
  ) throws(LoadError) {
    if let size = type.size {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else {
        throw cursor.problem(.headerMalformed, "has an array of \(count) values")
      }
      _ = try cursor.skip(bytes)
      return
    }
    guard depth < Self.depth else {
      throw cursor.problem(.nestingTooDeep, "has arrays in arrays, more than \(Self.depth) deep")
    }
    for _ in 0..<count {
      if type == .string {
        _ = try cursor.stringBytes()
      } else {
        let inner = try self.type(&cursor)
        try skip(try cursor.count(), of: inner, depth: depth + 1, &cursor)
      }
    }
  }
}
