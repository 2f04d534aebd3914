import Foundation

/// Lays out safetensors files, correct ones and, by `header(_:data:)`, any others.
///
///     var builder = SafetensorsBuilder()
///     builder.add("weight", "F32", [2, 3], bytes)
///     try folder.write("model.safetensors", builder.bytes)
package struct SafetensorsBuilder {
  package struct Entry {
    package var name: String
    package var elementType: String
    package var shape: [Int]
    package var bytes: [UInt8]
  }

  package var entries: [Entry] = []
  package var metadata: [String: String] = [:]
  /// Spaces are added until the header's length is a multiple of this.
  package var headerAlignment = 8

  package init() {}

  package mutating func add(
    _ name: String, _ elementType: String, _ shape: [Int], _ bytes: [UInt8]
  ) {
    entries.append(Entry(name: name, elementType: elementType, shape: shape, bytes: bytes))
  }

  /// Adds a tensor of 32-bit floats.
  package mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    add(
      name, "F32", shape,
      values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) })
  }

  /// The file.
  package var bytes: [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let strings = metadata.sorted { $0.key < $1.key }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      members.append("\"__metadata__\":{\(strings.joined(separator: ","))}")
    }
    var data: [UInt8] = []
    for entry in entries {
      let start = data.count
      data += entry.bytes
      members.append(
        "\(Self.quoted(entry.name)):{\"dtype\":\(Self.quoted(entry.elementType)),"
          + "\"shape\":\(entry.shape),\"data_offsets\":[\(start),\(data.count)]}")
    }
    var header = "{\(members.joined(separator: ","))}"
    while !header.utf8.count.isMultiple(of: headerAlignment) { header += " " }
    return Self.file(header: header, data: data)
  }

  /// A file with a header as it is given, right or wrong.
  package static func file(header: String, data: [UInt8] = []) -> [UInt8] {
    file(header: Array(header.utf8), data: data)
  }

  /// A file with a header as it is given, right or wrong.
  package static func file(header: [UInt8], data: [UInt8] = []) -> [UInt8] {
    length(UInt64(header.count)) + header + data
  }

  /// The eight bytes a file starts with.
  package static func length(_ count: UInt64) -> [UInt8] {
    withUnsafeBytes(of: count.littleEndian, Array.init)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..<" ": quoted += String(format: "\\u%04x", scalar.value)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
