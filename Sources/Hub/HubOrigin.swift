import Foundation
import Load

/// Scheme, host and port of an address: what a token is for.
struct HubOrigin: Sendable, Hashable {
  let scheme: String
  let host: String
  let port: Int

  /// Nil for all but `http` and `https`.
  init?(_ url: URL) {
    guard let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = url.host(percentEncoded: false)?.lowercased(), !host.isEmpty
    else { return nil }
    let port = url.port ?? (scheme == "https" ? 443 : 80)
    // What opens connections traps on others.
    guard Self.ports.contains(port) else { return nil }
    (self.scheme, self.host, self.port) = (scheme, host, port)
  }

  static let ports = 1...65_535

  /// Whether it is this machine, by an address that no name server is asked for.
  var isLoopback: Bool { ["127.0.0.1", "::1", "[::1]", "localhost"].contains(host) }

  /// Whether it may be this machine, by what is written: names that a name server leads here are not seen.
  var mayBeHere: Bool {
    let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]."))
    return isLoopback || bare == "localhost" || bare.hasSuffix(".localhost")
      || bare.hasPrefix("127.") || bare == "0.0.0.0" || bare == "::" || bare.hasPrefix("::ffff:")
      || bare.hasPrefix("0x") || bare.allSatisfy(\.isNumber)
  }

  /// Whether nobody between can read or change what is sent.
  var isProtected: Bool { scheme == "https" || isLoopback }
}

/// The proxy that the usual variables name.
struct HubProxy: Sendable, Equatable {
  var host: String
  var port: Int
  var user: String?
  var password: String?

  /// - Parameter host: of the hub, which `NO_PROXY` may except.
  /// - Returns: nil where none is to be used.
  /// - Throws: `.notPermitted` for what is no address of a proxy over HTTP.
  init?(environment: [String: String], host: String) throws(LoadError) {
    func value(_ name: String) -> String? {
      let value = environment[name.lowercased()] ?? environment[name]
      return value.flatMap { $0.isEmpty ? nil : $0 }
    }
    let exceptions = (value("NO_PROXY") ?? "").split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces).lowercased()
    }
    let isExcepted = exceptions.contains { exception in
      let domain = exception.hasPrefix(".") ? String(exception.dropFirst()) : exception
      return exception == "*"
        || (!domain.isEmpty && (host == domain || host.hasSuffix("." + domain)))
    }
    guard !isExcepted, let text = value("HTTPS_PROXY") ?? value("ALL_PROXY") else { return nil }
    guard let url = URL(string: text.contains("://") ? text : "http://" + text),
      url.scheme?.lowercased() == "http", let name = url.host(percentEncoded: false), !name.isEmpty,
      HubOrigin.ports.contains(url.port ?? 80)
    else {
      throw LoadError(
        .notPermitted, "is not the address of a proxy (http://HOST:PORT)", file: "HTTPS_PROXY")
    }
    self.host = name
    port = url.port ?? 80
    user = url.user(percentEncoded: false)
    password = url.password(percentEncoded: false)
  }
}
