import Foundation
import Load
import TestSupport
import Testing

/// A file of one-number tensors.
private func shard(_ names: String...) -> [UInt8] {
  var builder = SafetensorsBuilder()
  for (number, name) in names.enumerated() { builder.add(name, [1], [Float(number)]) }
  return builder.bytes
}

@Suite struct ShardTests {
  private let index = "model.safetensors.index.json"

  private func folder(_ weightMap: String, _ files: [String: [UInt8]]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(index, text: #"{"metadata":{"total_size":8},"weight_map":\#(weightMap)}"#)
    for (name, bytes) in files { try folder.write(name, bytes) }
    return folder
  }

  private func error(_ weightMap: String, _ files: [String: [UInt8]]) throws -> LoadError {
    let folder = try folder(weightMap, files)
    let error = #expect(throws: LoadError.self) { try CheckpointReader.open(path: folder.path) }
    return try #require(error)
  }

  @Test func readsTheShardsInTheOrderOfTheirNames() throws {
    let folder = try folder(
      #"{"c":"m-2.safetensors","a":"m-1.safetensors","b":"m-2.safetensors"}"#,
      ["m-2.safetensors": shard("b", "c"), "m-1.safetensors": shard("a")])
    for path in [folder.path, folder.path(index)] {
      let checkpoint = try CheckpointReader.open(path: path)
      #expect(checkpoint.tensors.map(\.name) == ["a", "b", "c"])
      #expect(
        checkpoint.files.map(\.path)
          == [folder.path("m-1.safetensors"), folder.path("m-2.safetensors")])
    }
    let name = try CheckpointReader.open(path: folder.path).name
    #expect(name == NSString(string: folder.path).lastPathComponent)
  }

  @Test func readsTheMetadataBesideAnIndex() throws {
    let folder = try folder(#"{"a":"model-1.safetensors"}"#, ["model-1.safetensors": shard("a")])
    try folder.write("config.json", text: #"{"model_type":"llama"}"#)
    #expect(
      try CheckpointReader.open(path: folder.path).metadata.config?["model_type"]?.string
        == "llama")
  }

  /// The folder of a hub's cache: a snapshot whose files are links into a folder beside it.
  private func snapshot(linkedTo target: String) throws -> (cache: TemporaryFolder, path: String) {
    let cache = try TemporaryFolder()
    let snapshot = "models--owner--name/snapshots/0a1b"
    try cache.write("models--owner--name/blobs/0123", shard("a"))
    try cache.write("models--owner--other/blobs/0123", shard("a"))
    try cache.write("\(snapshot)/\(index)", text: #"{"weight_map":{"a":"m.safetensors"}}"#)
    try FileManager.default.createSymbolicLink(
      atPath: cache.path("\(snapshot)/m.safetensors"), withDestinationPath: target)
    return (cache, cache.path(snapshot))
  }

  @Test func followsTheLinksOfAHubCache() throws {
    let (cache, path) = try snapshot(linkedTo: "../../blobs/0123")
    let names = try CheckpointReader.open(path: path).tensors.map(\.name)
    withExtendedLifetime(cache) { #expect(names == ["a"]) }
  }

  @Test(arguments: [
    "../../../models--owner--other/blobs/0123", "/etc/passwd",
    "../../../models--owner--name/../models--owner--other/blobs/0123",
  ])
  func refusesLinksOutOfTheModelInAHubCache(target: String) throws {
    let (cache, path) = try snapshot(linkedTo: target)
    let error = #expect(throws: LoadError.self) { try CheckpointReader.open(path: path) }
    withExtendedLifetime(cache) { #expect(error?.code == .shardOutsideFolder) }
  }

  @Test func followsLinksThatStayInTheFolder() throws {
    let folder = try folder(#"{"a":"m.safetensors"}"#, ["data/0123": shard("a")])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("m.safetensors"), withDestinationPath: "data/0123")
    #expect(try CheckpointReader.open(path: folder.path).tensors.map(\.name) == ["a"])
  }

  /// Large files are linked into a model's folder from a cache or another disk, as loaders find them.
  @Test func followsLinksToFilesElsewhere() throws {
    let elsewhere = try TemporaryFolder()
    try elsewhere.write("0123", shard("a"))
    let folder = try folder(#"{"a":"m.safetensors"}"#, [:])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("m.safetensors"), withDestinationPath: elsewhere.path("0123"))
    #expect(try CheckpointReader.open(path: folder.path).tensors.map(\.name) == ["a"])
  }

  @Test func refusesLinksOutOfTheFolder() throws {
    let elsewhere = try TemporaryFolder()
    try elsewhere.write("m.safetensors", shard("a"))
    let folder = try folder(#"{"a":"part/m.safetensors"}"#, [:])
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("part"), withDestinationPath: elsewhere.path)
    let error = #expect(throws: LoadError.self) { try CheckpointReader.open(path: folder.path) }
    #expect(error?.code == .shardOutsideFolder)
    #expect(error?.message.contains("outside the model's folder") == true)
  }

  /// Someone who links the whole folder, index and all, chose to.
  @Test func aLinkToTheModelsFolderIsFollowed() throws {
    let folder = try folder(#"{"a":"m.safetensors"}"#, ["m.safetensors": shard("a")])
    let links = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: links.path("model"), withDestinationPath: folder.path)
    #expect(try CheckpointReader.open(path: links.path("model")).tensors.map(\.name) == ["a"])
  }

  @Test func reportsAMissingShard() throws {
    let error = try error(
      #"{"a":"m-1.safetensors","b":"m-2.safetensors"}"#, ["m-1.safetensors": shard("a")])
    #expect(error.code == .shardMissing)
    #expect(error.message.contains("m-2.safetensors"))
  }

  @Test(arguments: [
    "../m.safetensors", "/etc/passwd", "x/../../m.safetensors", "..", ".", "", "a//b", "a/",
    #"..\\m.safetensors"#, #"a\u0000b"#,
  ])
  func refusesAShardOutsideTheFolder(name: String) throws {
    let error = try error(#"{"a":"\#(name)"}"#, ["m.safetensors": shard("a")])
    #expect(error.code == .shardOutsideFolder)
    #expect(error.tensor == "a")
  }

  @Test func readsAShardInASubfolder() throws {
    let folder = try folder(#"{"a":"part/m.safetensors"}"#, ["part/m.safetensors": shard("a")])
    #expect(try CheckpointReader.open(path: folder.path).tensors.map(\.name) == ["a"])
  }

  @Test func refusesATensorTheIndexDoesNotName() throws {
    let error = try error(#"{"a":"m.safetensors"}"#, ["m.safetensors": shard("a", "x")])
    #expect(error.code == .shardDisagreesWithIndex)
    #expect(error.tensor == "x")
  }

  @Test func refusesATensorTheShardDoesNotHold() throws {
    let error = try error(
      #"{"a":"m.safetensors","y":"m.safetensors","x":"m.safetensors"}"#,
      ["m.safetensors": shard("a")])
    #expect(error.code == .shardDisagreesWithIndex)
    #expect(error.tensor == "x")
  }

  @Test func refusesATensorInTwoShards() throws {
    let error = try error(
      #"{"a":"1.safetensors","b":"2.safetensors"}"#,
      ["1.safetensors": shard("a"), "2.safetensors": shard("a", "b")])
    #expect(error.code == .shardDisagreesWithIndex)
    #expect(error.tensor == "a")
    #expect(error.file?.hasSuffix("2.safetensors") == true)
  }

  @Test(arguments: ["{}", "[]", "{\"a\":1}", "null", "{\"a\":\"m.safetensors\""])
  func refusesAMalformedWeightMap(map: String) throws {
    #expect(try error(map, ["m.safetensors": shard("a")]).code == .indexMalformed)
  }

  @Test func refusesATensorTwiceInTheIndex() throws {
    let error = try error(
      #"{"a":"m.safetensors","a":"n.safetensors"}"#, ["m.safetensors": shard("a")])
    #expect(error.code == .duplicateKey)
  }

  @Test func refusesAnIndexWithoutWeightMap() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(index, text: #"{"metadata":{}}"#)
    let error = #expect(throws: LoadError.self) { try CheckpointReader.open(path: path) }
    #expect(error?.code == .indexMalformed)
  }

  @Test func passesOnTheDamageOfAShard() throws {
    let error = try error(#"{"a":"m.safetensors"}"#, ["m.safetensors": shard("a").dropLast()])
    #expect(error.code == .offsetsOutOfRange)
    #expect(error.file?.hasSuffix("m.safetensors") == true)
  }
}
