import Foundation
import HubServer
import Load
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// A hub on this machine with one small model, and a library that asks it.
struct HubFixture {
  static let commit = String(repeating: "c", count: 40)
  static let id = "lab/model"

  let hub: TestHub
  let folder: TemporaryFolder
  let waits = Waits()

  /// What the client waited for, without waiting.
  final class Waits: Sendable {
    private let seconds = Mutex<[Double]>([])
    var all: [Double] { seconds.withLock { $0 } }
    func add(_ wait: Double) { seconds.withLock { $0.append(wait) } }
  }

  init(_ files: [String: [UInt8]]? = nil) throws {
    hub = try TestHub([Self.id: TestHub.Model(files ?? Self.files, commit: Self.commit)])
    folder = try TemporaryFolder()
  }

  /// Two tensors, of which one is larger than a piece on disk.
  static let weights: [UInt8] = {
    var builder = SafetensorsBuilder()
    builder.add("a", [100, 100], (0..<10_000).map { Float($0 % 97) / 7 })
    builder.add("b", [10, 10], (0..<100).map { Float($0) })
    return builder.bytes
  }()

  static let files: [String: [UInt8]] = [
    "model.safetensors": weights,
    "config.json": Array(#"{"model_type":"x"}"#.utf8),
    "README.md": Array("---\nlicense: mit\n---\n".utf8),
    "picture.png": Array("never asked for".utf8),
  ]

  func settings(
    keeping: Bool = true, _ environment: [String: String] = [:]
  ) throws -> HubSettings {
    var settings = try HubSettings(
      environment: ["HF_ENDPOINT": hub.hub.address, "HOME": folder.path("home")].merging(
        environment
      ) { $1 },
      cacheFolder: keeping ? folder.path("cache") : nil)
    settings.retry.sleep = { [waits] in waits.add($0) }
    settings.retry.random = { 0.5 }
    settings.retry.idleSeconds = 5
    return settings
  }

  func library(_ environment: [String: String] = [:]) throws -> HubLibrary {
    HubLibrary(try settings(environment))
  }

  /// Opens the model's weights.
  func weights(
    of library: HubLibrary, isSampled: Bool = true
  ) throws -> any ByteSource {
    try library.find(try HubAddress("hub:" + Self.id), isSampled: isSampled).folder
      .open("model.safetensors")
  }

  /// The bytes of a range.
  static func bytes(_ source: any ByteSource, _ range: Range<Int>) throws(LoadError) -> [UInt8] {
    try source.read(range, tensor: nil, scratch: ByteScratch()) { (bytes) throws(LoadError) in
      [UInt8](bytes)
    }
  }

  /// The error of opening the model and reading its weights; nil if there is none.
  func failure(
    _ environment: [String: String] = [:], adjusting: (inout HubSettings) -> Void = { _ in }
  ) throws -> LoadError? {
    var settings = try settings(environment)
    adjusting(&settings)
    let library = HubLibrary(settings)
    do {
      let source = try weights(of: library)
      _ = try Self.bytes(source, 0..<source.byteCount)
      return nil
    } catch let error as LoadError {
      return error
    }
  }

  var storageRequests: [TestServer.Request] { hub.storage.requests }
}
