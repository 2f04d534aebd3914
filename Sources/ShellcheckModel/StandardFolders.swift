private import Foundation

/// Folders that are used when the caller names none, by the XDG base directory rules.
package enum StandardFolders {
  private static let name = "shellcheck-model"

  /// The corpus to use without `--ref`: the one that SHELLCHECK_MODEL_CORPUS names, whether or not
  /// it is there; else the user's own; else the one installed with the tool.
  ///
  /// - Parameters:
  ///   - environment: variables of the process.
  ///   - executable: path of the program; the installed corpus is `../share/…` beside its folder.
  /// - Returns: a path, or nil if there is no corpus at any of these places.
  package static func corpus(environment: [String: String], executable: String?) -> String? {
    if let named = environment["SHELLCHECK_MODEL_CORPUS"], !named.isEmpty { return named }
    let own = ownCorpus(environment: environment)
    let installed = executable.map {
      URL(filePath: $0).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "share").path(percentEncoded: false)
    }
    return [own, installed.map { "\($0)/\(name)/corpus" }].compactMap(\.self)
      .first(where: isFolder)
  }

  /// The corpus that references are added to where none is named: the one of
  /// SHELLCHECK_MODEL_CORPUS, else the user's own, whether or not it is there.
  package static func writableCorpus(environment: [String: String]) -> String? {
    if let named = environment["SHELLCHECK_MODEL_CORPUS"], !named.isEmpty { return named }
    return ownCorpus(environment: environment)
  }

  private static func ownCorpus(environment: [String: String]) -> String? {
    base("XDG_DATA_HOME", orHome: ".local/share", environment).map { "\($0)/\(name)/corpus" }
  }

  /// Where fingerprints of raw references are cached, or nil if the environment names no home.
  package static func cache(environment: [String: String]) -> String? {
    base("XDG_CACHE_HOME", orHome: ".cache", environment).map { "\($0)/\(name)" }
  }

  /// The variable's folder, else one in the home folder.
  ///
  /// A relative path counts as unset.
  private static func base(
    _ variable: String, orHome fallback: String, _ environment: [String: String]
  ) -> String? {
    if let folder = environment[variable], folder.hasPrefix("/") { return folder }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return "\(home)/\(fallback)"
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
