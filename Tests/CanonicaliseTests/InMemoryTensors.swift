import Foundation
import Load
import Testing

@testable import Canonicalise

/// A float tensor whose element i is i, made up as it is read.
struct CountingStorage: TensorStorage {
  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let size = MemoryLayout<Float>.size
    let bytes = scratch.reserve(range.count)
    let floats = bytes.bindMemory(to: Float.self)
    for index in floats.indices { floats[index] = Float(range.lowerBound / size + index) }
    return try body(UnsafeRawBufferPointer(bytes))
  }
}

extension Tensor {
  init(
    _ name: String, _ shape: [Int], type: ElementType = .float32,
    axisOrder: AxisOrder = .outputFirst
  ) {
    self.init(
      name: name, elementType: type, shape: shape, axisOrder: axisOrder,
      storage: CountingStorage())
  }
}

extension ArchitectureCatalogue {
  /// Decoded once for all tests.
  static let shared = Result { () throws(CanonicaliseError) in try bundled() }
}

extension Checkpoint {
  init(_ tensors: [Tensor], config: String? = nil) {
    self.init(
      name: "test", path: "test", format: .safetensors, tensors: tensors,
      metadata: ModelMetadata(config: config.flatMap(JSONValue.init(parsing:))), files: [])
  }
}

extension JSONValue {
  /// Enough of JSON for configurations in tests.
  init?(parsing text: String) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return nil }
    self.init(object)
  }

  private init(_ object: Any) {
    switch object {
    case let members as [String: Any]:
      self = .object(members.keys.sorted().map { ($0, JSONValue(members[$0] ?? NSNull())) })
    case let items as [Any]: self = .array(items.map(JSONValue.init))
    case let text as String: self = .string(text)
    case let number as Int: self = .integer(Int64(number))
    case let number as Double: self = .number(number)
    default: self = .null
    }
  }
}

extension CanonicalTensor {
  /// The canonical matrix, read element by element the way `TensorView` documents.
  func matrix() throws -> [[Float]] {
    let stored = try source.withBytes(of: 0..<source.elementCount, scratch: ByteScratch()) {
      Array($0.bindMemory(to: Float.self))
    }
    return (0..<view.rowCount).map { row in
      (0..<view.columnCount).map { column in
        let (r, c) = view.transposed ? (column, row) : (row, column)
        let index = view.rows.index(r) * view.storedColumns + view.columns.index(c)
        return stored[view.offset + index]
      }
    }
  }
}

extension CanonicalModel {
  func tensor(_ name: String) throws -> CanonicalTensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw MissingTensor(name: name)
    }
    return tensor
  }

  struct MissingTensor: Error {
    var name: String
  }
}

/// Names and shapes of a real or typical checkpoint: `Tests/Fixtures/Names`.
struct NameFixture: Sendable, CustomTestStringConvertible {
  var name: String
  var family: String
  var config: String?
  var tensors: [(name: String, shape: [Int])] = []

  var testDescription: String { name }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/Names")

  static let all: [NameFixture] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.sorted().compactMap {
      try? NameFixture(String($0.dropLast(4)))
    }
  }()

  init(_ name: String) throws {
    self.name = name
    family = ""
    let url = Self.folder.appending(path: "\(name).txt")
    for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      switch words[0] {
      case "family": family = words[1]
      case "config": config = words[1]
      default:
        let extents = words.count > 1 ? words[1].split(separator: ",").compactMap { Int($0) } : []
        tensors.append((words[0], extents))
      }
    }
  }

  func checkpoint() -> Checkpoint {
    let isKeras = family == "keras"
    return Checkpoint(
      tensors.map {
        Tensor(
          $0.name, $0.shape, axisOrder: isKeras && $0.shape.count > 1 ? .outputLast : .outputFirst)
      },
      config: config)
  }
}
