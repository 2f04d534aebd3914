import Foundation
import TestSupport

/// A temporary folder that is home, cache and working directory of the runs in it.
struct Sandbox {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["home", "here"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
    }
  }

  /// The value of XDG_CACHE_HOME.
  var cache: String { folder.path("cache") }

  func run(
    arguments: [String], environment: [String: String] = [:]
  ) async throws -> ToolProcess.Result {
    try await ToolProcess.run(
      arguments: arguments,
      environment: [
        "HOME": folder.path("home"), "XDG_CACHE_HOME": cache, "XDG_DATA_HOME": folder.path("data"),
      ].merging(environment) { $1 },
      in: URL(filePath: folder.path("here")))
  }

  func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> ToolProcess.Result {
    try await run(arguments: arguments, environment: environment)
  }

  /// Copies a model into the folder; returns its new path.
  func copy(_ model: String, to name: String) throws -> String {
    let target = URL(filePath: folder.path(name))
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: URL(filePath: model), to: target)
    return target.path(percentEncoded: false)
  }

  /// Every file and folder below a path, with its size and time of change.
  static func listing(of path: String) throws -> [String: String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: path)
    return try Dictionary(
      uniqueKeysWithValues: names.map { name in
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970
        return (name, "\(attributes[.size] ?? 0) \(changed ?? 0)")
      })
  }
}
