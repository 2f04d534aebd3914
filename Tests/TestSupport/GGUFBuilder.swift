import Foundation

/// Lays out GGUF files, correct ones and, by what can be set, others.
///
///     var builder = GGUFBuilder()
///     builder.add("general.architecture", "llama")
///     builder.add("token_embd.weight", type: 0, [8, 32], bytes)
///     try folder.write("model.gguf", builder.bytes)
package struct GGUFBuilder {
  package struct Tensor {
    package var name: String
    package var type: UInt32
    /// Outermost first; the file has them the other way round.
    package var shape: [UInt64]
    package var bytes: [UInt8]
    /// Where the file says they are, in place of where they are.
    package var offset: UInt64?
  }

  package var magic = Array("GGUF".utf8)
  package var version: UInt32 = 3
  package var alignment = 32
  package var tensors: [Tensor] = []
  /// Counts that the file claims, in place of its own.
  package var tensorCount: UInt64?
  package var valueCount: UInt64?
  /// Keys and values, each with its type before it.
  package private(set) var values: [(key: String, bytes: [UInt8])] = []

  package init() {}

  // MARK: Values

  package mutating func add(_ key: String, typed bytes: [UInt8]) { values.append((key, bytes)) }

  package mutating func add(_ key: String, _ text: String) {
    add(key, typed: Self.number(UInt32(8)) + Self.string(text))
  }

  package mutating func add(_ key: String, _ number: Int) {
    add(key, typed: Self.number(UInt32(4)) + Self.number(UInt32(number)))
  }

  package mutating func add(_ key: String, _ texts: [String]) {
    add(
      key,
      typed: Self.number(UInt32(9)) + Self.number(UInt32(8)) + Self.number(UInt64(texts.count))
        + texts.flatMap(Self.string))
  }

  package mutating func add(_ key: String, _ numbers: [Int32]) {
    add(
      key,
      typed: Self.number(UInt32(9)) + Self.number(UInt32(5)) + Self.number(UInt64(numbers.count))
        + numbers.flatMap(Self.number))
  }

  package static func number(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }

  package static func string(_ text: String) -> [UInt8] {
    number(UInt64(text.utf8.count)) + Array(text.utf8)
  }

  // MARK: Tensors

  /// Adds a tensor of an id's type.
  package mutating func add(_ name: String, type: UInt32, _ shape: [Int], _ bytes: [UInt8]) {
    tensors.append(
      Tensor(name: name, type: type, shape: shape.map { UInt64($0) }, bytes: bytes))
  }

  /// Adds a tensor of 32-bit floats.
  package mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    add(name, type: 0, shape, values.flatMap { Self.number($0.bitPattern) })
  }

  /// Adds a tensor of 16-bit floats.
  package mutating func add(_ name: String, halves shape: [Int], _ values: [Float]) {
    add(name, type: 1, shape, values.flatMap { Self.number(Float16($0).bitPattern) })
  }

  /// Adds a tensor in the type Q8_0, as ggml rounds.
  package mutating func add(_ name: String, eightBits shape: [Int], _ values: [Float]) {
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: values.count, by: 32) {
      let block = values[start..<start + 32]
      let scale = (block.map(abs).max() ?? 0) / 127
      bytes += Self.number(Float16(scale).bitPattern)
      bytes += block.map {
        UInt8(bitPattern: Int8(scale == 0 ? 0 : ($0 / scale).rounded(.toNearestOrAwayFromZero)))
      }
    }
    add(name, type: 8, shape, bytes)
  }

  // MARK: The file

  package var bytes: [UInt8] {
    var file = magic + Self.number(version)
    file += Self.number(tensorCount ?? UInt64(tensors.count))
    file += Self.number(valueCount ?? UInt64(values.count))
    for (key, bytes) in values { file += Self.string(key) + bytes }
    var data: [UInt8] = []
    for tensor in tensors {
      file += Self.string(tensor.name) + Self.number(UInt32(tensor.shape.count))
      file += tensor.shape.reversed().flatMap(Self.number)
      file += Self.number(tensor.type) + Self.number(tensor.offset ?? UInt64(data.count))
      data += tensor.bytes
      data += padding(data.count)
    }
    return file + padding(file.count) + data
  }

  private func padding(_ count: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (alignment - count % alignment) % alignment)
  }
}
