import Foundation
import Load
import NIOCore

/// The files of a repository at one commit.
package struct HubListing: Sendable {
  package struct File: Sendable, Equatable {
    /// As seen from the repository.
    package var path: String
    package var byteCount: Int
    /// SHA-256 of the bytes, which large files have, as 64 hexadecimal digits.
    package var sha256: String?
    /// Git's name of the bytes of a small file: SHA-1 over `blob SIZE NUL` and them.
    package var blob: String?
    /// The commit that it was changed by last, where bytes are asked for by that; nil: by the listing's.
    package var revision: String?
  }

  package var commit: String
  /// In the order of their paths.
  package var files: [File]
}

extension HubClient {
  /// What the hub has of a model, at the commit that its revision stands for now.
  func listing(of address: HubAddress) throws(LoadError) -> HubListing {
    var listing = try settings.dialect.listing(of: address, by: self)
    listing.files = try checked(listing.files, Self.name(address))
    return listing
  }

  private func checked(
    _ files: [HubListing.File], _ name: String
  ) throws(LoadError) -> [HubListing.File] {
    guard files.count <= settings.limits.fileCount else {
      throw LoadError(
        .limitExceeded, "the hub lists more than \(settings.limits.fileCount) files", file: name)
    }
    var paths: Set<String> = []
    // So many files of such sizes do not overflow.
    var total = 0
    return try files.map { (file) throws(LoadError) in
      guard ModelFiles.isInside(file.path), file.path.utf8.count <= 1024,
        (0...settings.limits.fileByteCount).contains(file.byteCount),
        paths.insert(file.path).inserted
      else {
        throw LoadError(
          .metadataMalformed, "the hub lists \(LoadError.quote(file.path)), which is no file",
          file: name)
      }
      total += file.byteCount
      guard total <= settings.limits.repositoryByteCount else {
        throw LoadError(
          .limitExceeded,
          "the hub lists more than \(settings.limits.repositoryByteCount) bytes", file: name)
      }
      var file = file
      file.sha256 = file.sha256.flatMap { HubAddress.isDigest($0, digits: 64) ? $0 : nil }
      file.blob = file.blob.flatMap { HubAddress.isDigest($0, digits: 40) ? $0 : nil }
      return file
    }.sorted { $0.path < $1.path }
  }

  func json(_ body: ByteBuffer, _ name: String) throws(LoadError) -> JSONValue {
    try JSONReader.parse(Array(body.readableBytesView), source: JSONSource(file: name))
  }

  /// What messages call a model.
  static func name(_ address: HubAddress) -> String {
    address.title + (address.revision.map { "@" + $0 } ?? "")
  }

  /// A text as it may stand between the signs of an address.
  static func encoded(_ text: String) -> String {
    var allowed = CharacterSet(charactersIn: "a"..."z")
    allowed.insert(charactersIn: "A"..."Z")
    allowed.insert(charactersIn: "0"..."9")
    allowed.insert(charactersIn: "-._~")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }

  /// An address on the hub, every step encoded.
  func url(
    _ steps: [String], query: String? = nil, _ name: String
  ) throws(LoadError) -> URL {
    let path = steps.map { "/" + Self.encoded($0) }
    let text = settings.endpoint.absoluteString + path.joined() + (query.map { "?" + $0 } ?? "")
    guard let url = URL(string: text) else {
      throw LoadError(.notFound, "is no address on the hub", file: name)
    }
    return url
  }
}

extension HubAddress {
  /// The id's steps in a path.
  var steps: [String] { [owner, name].compactMap(\.self) }
}
