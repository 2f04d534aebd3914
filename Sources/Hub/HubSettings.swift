package import Foundation
package import Load

/// Which hub is asked, as whom, and how patiently.
///
/// The variables are those of the hub's own client (`huggingface_hub`), so that what a machine is set
/// up for holds here too.
package struct HubSettings: Sendable {
  /// Scheme, host and port of the hub, perhaps with a path.
  package var endpoint: URL
  /// Sent to the endpoint's origin and nowhere else.
  package var token: String?
  /// Whether only the cache of the hub's client is read.
  package var isOffline = false
  /// The cache of the hub's client, which is read and never written; nil for none.
  package var clientCache: String?
  /// Where what was fetched is kept; nil: in a temporary folder, for this run.
  package var cacheFolder: String?
  /// Counts what comes, and bounds it.
  package var meter = HubMeter()
  /// The routes that the hub speaks.
  let dialect: any HubDialect
  /// A proxy for all that is not on this machine.
  var proxy: HubProxy?
  package var retry = HubRetry()
  package var limits = HubLimits()

  /// - Parameters:
  ///   - environment: variables of the process.
  ///   - cacheFolder: where what was fetched is kept.
  ///   - site: whose routes are spoken.
  /// - Throws: `.notPermitted` for an endpoint over plain HTTP that is not on this machine, and for a
  ///   token that is none.
  package init(
    environment: [String: String], cacheFolder: String?, site: HubAddress.Site = .huggingFace
  ) throws(LoadError) {
    let dialect: any HubDialect =
      switch site {
      case .huggingFace: HuggingFaceDialect()
      case .modelScope: ModelScopeDialect()
      }
    self.dialect = dialect
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    func isSet(_ name: String) -> Bool {
      ["1", "true", "yes", "on"].contains(value(name)?.lowercased() ?? "")
    }
    let variable = dialect.endpointVariable
    let address = value(variable) ?? dialect.standardEndpoint
    guard let endpoint = URL(string: address.hasSuffix("/") ? String(address.dropLast()) : address),
      let origin = HubOrigin(endpoint), endpoint.user == nil, endpoint.query == nil
    else {
      throw LoadError(.notPermitted, "is not the address of a hub (https://…)", file: variable)
    }
    guard origin.isProtected else {
      throw LoadError(
        .notPermitted, "plain HTTP is for hubs on this machine only; use https",
        file: variable)
    }
    self.endpoint = endpoint
    self.cacheFolder = cacheFolder
    isOffline = isSet("HF_HUB_OFFLINE") || isSet("TRANSFORMERS_OFFLINE")
    guard site == .huggingFace else {
      token = try Self.checked(value(dialect.tokenVariable), named: dialect.tokenVariable)
      if !origin.isLoopback {
        proxy = try HubProxy(environment: environment, host: origin.host)
      }
      return
    }
    let home =
      value("HF_HOME") ?? value("XDG_CACHE_HOME").map { $0 + "/huggingface" }
      ?? value("HOME").map { $0 + "/.cache/huggingface" }
    clientCache =
      value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") ?? home.map { $0 + "/hub" }
    // A token that was stored for one hub is not for whatever the endpoint names.
    let isStandard = origin == URL(string: dialect.standardEndpoint).flatMap(HubOrigin.init)
    let stored =
      isStandard && !isSet("HF_HUB_DISABLE_IMPLICIT_TOKEN")
      ? value("HF_TOKEN_PATH") ?? home.map { $0 + "/token" } : nil
    token = try Self.checked(value("HF_TOKEN") ?? stored.flatMap(Self.token), named: "HF_TOKEN")
    if !origin.isLoopback {
      proxy = try HubProxy(environment: environment, host: origin.host)
    }
  }

  /// A token as it may stand in a header; nil for none.
  private static func checked(
    _ token: String?, named variable: String
  ) throws(LoadError) -> String? {
    guard let token = token?.trimmingCharacters(in: .whitespacesAndNewlines), !token.isEmpty else {
      return nil
    }
    // A semicolon would end a cookie.
    guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ";") }) else {
      throw LoadError(
        .notPermitted, "is no token: it has spaces, semicolons or control characters",
        file: variable)
    }
    return token
  }

  private static func token(at path: String) -> String? {
    guard let file = try? MappedFile(path: path), file.byteCount <= 4096 else { return nil }
    return try? file.withBytes(in: 0..<file.byteCount, tensor: nil) { (bytes) throws(LoadError) in
      String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// What is accepted of a hub, whatever it sends.
package struct HubLimits: Sendable {
  /// Bytes of an answer that lists files.
  package var listingByteCount = 64 << 20
  /// Files of a repository.
  package var fileCount = 100_000
  /// Bytes of one file, and of all of a repository.
  package var fileByteCount = 1 << 43
  package var repositoryByteCount = 1 << 50
  /// Pages of a listing.
  package var pageCount = 1000
  /// Redirects from one address to the bytes.
  package var redirectCount = 5
  /// Bytes of one file beside the weights, and of all together.
  package var smallFileByteCount = LoadLimits.standard.metadataFileByteCount
  package var smallFilesByteCount = 512 << 20
  /// Files beside the weights.
  package var smallFileCount = 1000
  /// Bytes asked for at a time.
  package var rangeByteCount = 4 << 20
  /// Requests under way at a time.
  package var connections = 8
  /// Bytes of weights in memory that are on their way to being read.
  package var memoryByteCount = 256 << 20
  /// Bytes of all models that are kept on disk.
  package var diskByteCount = 4 << 30

  package init() {}
}
