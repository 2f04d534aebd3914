import Crypto
import Foundation
package import Load
import NIOCore

/// A corpus that somebody publishes: a folder of fingerprints with their manifest, behind an address.
///
/// Any server of files will do. Nobody's token is sent; redirects, retries and bounds are those of a hub.
package struct PublishedCorpus: Sendable {
  /// Without the manifest's name.
  package let address: String
  private let client: HubClient

  private static let manifestName = "manifest.json"
  private static let manifestByteCount = 16 << 20
  private static let calibrationName = "calibration.json"
  private static let calibrationByteCount = 4 << 20
  private static let fingerprintByteCount = 1 << 30

  /// - Throws: for what is no address over HTTPS, or over HTTP on this machine.
  package init(_ address: String, environment: [String: String]) throws(LoadError) {
    let name = "/" + Self.manifestName
    let folder = address.hasSuffix(name) ? String(address.dropLast(name.count)) : address
    var environment = environment
    environment["HF_ENDPOINT"] = folder
    environment["HF_TOKEN"] = nil
    var settings: HubSettings
    do throws(LoadError) {
      settings = try HubSettings(environment: environment, cacheFolder: nil)
    } catch {
      guard error.file == "HF_ENDPOINT" else { throw error }
      throw LoadError(
        .notPermitted, "is not the address of a corpus (https://…; http:// on this machine only)",
        file: address)
    }
    guard !settings.isOffline else {
      throw LoadError(.notPermitted, "HF_HUB_OFFLINE is set", file: address)
    }
    settings.token = nil
    client = HubClient(settings)
    self.address = settings.endpoint.absoluteString
  }

  package var manifestPath: String { address + "/" + Self.manifestName }
  package var calibrationPath: String { address + "/" + Self.calibrationName }

  /// Bytes that came in, and requests that were made.
  package var traffic: (bytes: Int, requests: Int) {
    (client.settings.meter.bytesReceived, client.settings.meter.requests)
  }

  /// The manifest.
  ///
  /// - Parameter key: whose signature it must have, in `manifest.json.sig`; nil: of nobody's.
  package func manifest(signedBy key: SigningKey?) throws(LoadError) -> [UInt8] {
    let bytes = try fetch([Self.manifestName], upTo: Self.manifestByteCount)
    if let key {
      let signature = try fetch([Self.manifestName + ".sig"], upTo: 4096)
      guard key.hasSigned(bytes, by: signature) else {
        throw LoadError(
          .dataCorrupt, "its signature is not one by the key that was given", file: manifestPath)
      }
    }
    return bytes
  }

  /// What the corpus's pairs reached, of which the manifest has the SHA-256.
  package func calibration() throws(LoadError) -> [UInt8] {
    try fetch([Self.calibrationName], upTo: Self.calibrationByteCount)
  }

  /// A file that the manifest names.
  package func file(_ name: String) throws(LoadError) -> [UInt8] {
    guard ModelFiles.isInside(name) else {
      throw LoadError(
        .shardOutsideFolder, "\(LoadError.quote(name)) is not in the corpus", file: address)
    }
    return try fetch(
      name.split(separator: "/").map(String.init), upTo: Self.fingerprintByteCount)
  }

  private func fetch(_ steps: [String], upTo limit: Int) throws(LoadError) -> [UInt8] {
    let name = address + "/" + steps.joined(separator: "/")
    let answer = try client.get(
      HubClient.Request(url: try client.url(steps, name), limit: limit, name: name))
    return Array(answer.body.readableBytesView)
  }
}

/// A public key of Ed25519 (RFC 8032).
package struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PublicKey

  /// What stands before the 32 bytes of a key in SubjectPublicKeyInfo (RFC 8410).
  private static let header: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  /// Reads a key as `openssl pkey -pubout` writes it, or 32 bytes, raw or in base64.
  package init(path: String) throws(LoadError) {
    let file = try MappedFile(path: path)
    guard file.byteCount <= 4096 else {
      throw LoadError(.limitExceeded, "is too long for a key", file: path)
    }
    let bytes = try file.withBytes(in: 0..<file.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in [UInt8](bytes)
    }
    guard let raw = Self.raw(bytes),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
    else {
      throw LoadError(.dataCorrupt, "is no public key of Ed25519", file: path)
    }
    self.key = key
  }

  private static func raw(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.count == 32 { return bytes }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    let text = lines.filter { !$0.hasPrefix("-----") }.joined()
    guard let decoded = Data(base64Encoded: text.filter { !$0.isWhitespace }) else { return nil }
    if decoded.count == 32 { return [UInt8](decoded) }
    guard decoded.count == header.count + 32, decoded.starts(with: header) else { return nil }
    return [UInt8](decoded.suffix(32))
  }

  /// - Parameter signature: 64 bytes, raw or in base64.
  func hasSigned(_ bytes: [UInt8], by signature: [UInt8]) -> Bool {
    let text = String(decoding: signature, as: UTF8.self).filter { !$0.isWhitespace }
    let raw = signature.count == 64 ? Data(signature) : Data(base64Encoded: text) ?? Data()
    return raw.count == 64 && key.isValidSignature(raw, for: bytes)
  }
}
