import Foundation
import Glibc

/// Keeps the folder of what was fetched within its bound.
enum HubCachePruning {
  /// For so many seconds a model may be in use by another process.
  private static let grace = 86_400.0

  /// Removes the models that were not used for the longest time, until the rest fit.
  static func prune(_ folder: String, to limit: Int, now: Date = Date()) {
    let manager = FileManager.default
    var models: [(path: String, lastUse: Date, byteCount: Int)] = []
    for name in (try? manager.contentsOfDirectory(atPath: folder)) ?? [] {
      let model = "\(folder)/\(name)"
      for key in (try? manager.contentsOfDirectory(atPath: model)) ?? [] {
        let path = "\(model)/\(key)"
        let attributes = try? manager.attributesOfItem(atPath: path)
        guard let lastUse = attributes?[.modificationDate] as? Date else { continue }
        models.append((path, lastUse, byteCount(of: path)))
      }
    }
    var total = models.reduce(0) { $0 + $1.byteCount }
    for model in models.sorted(by: { ($0.lastUse, $0.path) < ($1.lastUse, $1.path) })
    where total > limit && now.timeIntervalSince(model.lastUse) > grace {
      guard (try? manager.removeItem(atPath: model.path)) != nil else { continue }
      total -= model.byteCount
    }
  }

  /// Bytes on disk of all files below; sparse files have fewer than their length.
  private static func byteCount(of folder: String) -> Int {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.reduce(0) { sum, name in
      var status = stat()
      return lstat("\(folder)/\(name)", &status) == 0 ? sum + Int(status.st_blocks) * 512 : sum
    }
  }
}
