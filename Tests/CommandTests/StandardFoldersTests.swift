import Foundation
import ShellcheckModel
import Testing

@Suite struct StandardFoldersTests {
  @Test(arguments: [
    (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/shellcheck-model"),
    (["XDG_CACHE_HOME": "relative", "HOME": "/h"], "/h/.cache/shellcheck-model"),
    (["HOME": "/h"], "/h/.cache/shellcheck-model"),
    ([:], nil),
  ])
  func theCacheFollowsTheEnvironment(environment: [String: String], folder: String?) {
    #expect(StandardFolders.cache(environment: environment) == folder)
  }

  @Test func theNamedCorpusWinsThenTheUsersThenTheInstalled() throws {
    let root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    let path = root.path(percentEncoded: false)
    let home = ["HOME": path]
    let program = path + "/bin/shellcheck-model"
    #expect(StandardFolders.corpus(environment: home, executable: program) == nil)

    let installed = path + "/share/shellcheck-model/corpus"
    try FileManager.default.createDirectory(
      atPath: installed, withIntermediateDirectories: true)
    #expect(StandardFolders.corpus(environment: home, executable: program) == installed)

    let own = path + "/.local/share/shellcheck-model/corpus"
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    #expect(StandardFolders.corpus(environment: home, executable: program) == own)

    let named = home.merging(["SHELLCHECK_MODEL_CORPUS": "here"]) { $1 }
    #expect(StandardFolders.corpus(environment: named, executable: program) == "here")
  }
}
