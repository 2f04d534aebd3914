import Foundation
import Testing

@testable import Load

@Suite struct PathNameTests {
  @Test(arguments: [
    ("-", ".", "-"), ("x", ".", "x"), ("é", ".", "é"), ("a/", ".", "a"), ("a//", ".", "a"),
    ("/", "/", "/"), ("//", "/", "/"), ("/a", "/", "a"), ("/a/b", "/a", "b"), ("a/b", "a", "b"),
    ("a//b", "a", "b"), ("./-", ".", "-"), ("../x", "..", "x"), ("a/.hidden", "a", ".hidden"),
    ("a b/c.d", "a b", "c.d"), ("a/\u{301}b", "a", "\u{301}b"),
  ])
  func splitsAtTheLastSlash(path: String, folder: String, name: String) {
    #expect(PathName.folder(of: path) == folder)
    #expect(PathName.name(of: path) == name)
  }

  @Test func aPathThatEndsInDotsHasTheNameOfWhatTheyMean() {
    let here = PathName.name(of: FileManager.default.currentDirectoryPath)
    #expect(PathName.name(of: ".") == here)
    #expect(PathName.name(of: "") == here)
    #expect(PathName.name(of: "x/..") == here)
    #expect(PathName.name(of: "./a/.") == "a")
    #expect(PathName.name(of: "/a/b/../..") == "/")
    #expect(PathName.name(of: "/a/b/..") == "a")
  }

  @Test func joinsWhatItSplits() {
    #expect(PathName.join(".", "x") == "x")
    #expect(PathName.join("a", "x") == "a/x")
    #expect(PathName.join("a/", "x") == "a/x")
    #expect(PathName.join("/", "x") == "/x")
  }
}
