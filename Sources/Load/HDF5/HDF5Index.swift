import Foundation

/// The structure of an HDF5 file as a parser process reports it: names, types and where bytes are.
///
/// It comes from a parser that a hostile file may have subverted, so nothing in it is trusted:
/// every count, offset and size is checked again before it is used.
package struct HDF5Index: Codable, Sendable, Equatable {
  /// The groups that have string attributes; the root's path is "".
  var groups: [Group] = []
  /// Every dataset of numbers, by path.
  var datasets: [Dataset] = []
  /// Links and objects that were not followed.
  var problems: [Problem] = []

  struct Group: Codable, Sendable, Equatable {
    var path: String
    /// Attributes holding one string.
    var strings: [String: String] = [:]
    /// Attributes holding a one-dimensional array of strings.
    var lists: [String: [String]] = [:]
  }

  struct Dataset: Codable, Sendable, Equatable {
    /// Without a leading slash.
    var path: String
    var number: NumberType
    var shape: [Int]
    var layout: Layout
    /// The bytes of an element that was never written, as stored; nil if zero.
    var fill: [UInt8]?
  }

  struct NumberType: Codable, Sendable, Equatable {
    var elementType: ElementType
    var isBigEndian: Bool
  }

  enum Layout: Codable, Sendable, Equatable {
    /// No bytes in the file: every element is the fill value.
    case unwritten
    case contiguous(offset: UInt64, byteCount: UInt64)
    case compact(Data)
    case chunked(Chunks)
  }

  struct Chunks: Codable, Sendable, Equatable {
    var shape: [Int]
    /// In the order they were applied when writing.
    var filters: [Filter]
    var stored: [Chunk]
  }

  enum Filter: Codable, Sendable, Equatable {
    case deflate
    case shuffle(elementSize: Int)
    case fletcher32
    case lzf
  }

  struct Chunk: Codable, Sendable, Equatable {
    /// Position in the grid of chunks, row-major.
    var gridIndex: Int
    var offset: UInt64
    var byteCount: UInt64
    /// Bit i set: filter i was not applied to this chunk.
    var filterMask: UInt32
  }

  struct Problem: Codable, Sendable, Equatable {
    var path: String
    var code: LoadError.Code
    var message: String
    /// Numbers that are not read for it, where the file says how many.
    var elements: Int?
  }
}

extension LoadError.Code: Codable {}

extension HDF5Index.Chunk {
  // Four numbers in a row: an index may hold a million chunks, and key names would be most of it.
  init(from decoder: any Decoder) throws {
    var numbers = try decoder.unkeyedContainer()
    gridIndex = try numbers.decode(Int.self)
    offset = try numbers.decode(UInt64.self)
    byteCount = try numbers.decode(UInt64.self)
    filterMask = try numbers.decode(UInt32.self)
  }

  func encode(to encoder: any Encoder) throws {
    var numbers = encoder.unkeyedContainer()
    try numbers.encode(gridIndex)
    try numbers.encode(offset)
    try numbers.encode(byteCount)
    try numbers.encode(filterMask)
  }
}
