package import Foundation
package import Load

/// A file that is read as a whole, and never grows beyond what is needed of it.
package enum WholeFile {
  /// - Parameter limit: in bytes.
  /// - Throws: `.limitExceeded` for a file that is larger, and whatever keeps it from being read.
  package static func data(of path: String, limit: Int) throws(LoadError) -> Data {
    let file = try MappedFile(path: path)
    guard file.byteCount <= limit else {
      throw LoadError(.limitExceeded, "is larger than \(limit) bytes", file: path)
    }
    return try file.read(0..<file.byteCount, tensor: nil, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in Data(bytes)
    }
  }
}
