import Foundation
import TestSupport
import Testing

@testable import Load

private func weights(_ names: String...) -> [UInt8] {
  var builder = SafetensorsBuilder()
  for name in names { builder.add(name, [1], [0]) }
  return builder.bytes
}

@Suite struct ModelFolderTests {
  @Test(
    arguments: [
      ("/c/models--lab--m/snapshots/ab12", "lab/m", "ab12"),
      ("/c/models--m/snapshots/ab12", "m", "ab12"),
      ("/c/models--lab--m/snapshots/ab12/unet", "lab/m/unet", "ab12"), ("/c/lab/m", "m", nil),
      ("/c/snapshots/m", "m", nil),
    ] as [(String, String, String?)])
  func aSnapshotIsItsRepository(path: String, id: String, revision: String?) {
    let identity = LocalFolder(path: path).identity
    #expect(identity.id == id)
    #expect(identity.revision == revision)
  }

  private func cache(_ revisions: [String], main: String?) throws -> TemporaryFolder {
    let cache = try TemporaryFolder()
    for revision in revisions {
      try cache.write("models--lab--m/snapshots/\(revision)/model.safetensors", weights(revision))
    }
    if let main { try cache.write("models--lab--m/refs/main", text: main + "\n") }
    return cache
  }

  @Test func aCacheIsReadThroughItsMainRevision() throws {
    let cache = try cache(["aa", "bb"], main: "bb")
    let checkpoint = try CheckpointReader.open(path: cache.path("models--lab--m"))
    #expect(checkpoint.tensors.map(\.name) == ["bb"])
    #expect(checkpoint.name == "lab/m")
  }

  @Test func aCacheWithoutRefsIsReadThroughItsOnlySnapshot() throws {
    let only = try cache(["aa"], main: nil)
    #expect(try CheckpointReader.open(path: only.path("models--lab--m")).tensors.count == 1)
    let two = try cache(["aa", "bb"], main: "../../../etc")
    #expect(throws: LoadError.self) { try CheckpointReader.open(path: two.path("models--lab--m")) }
  }

  // MARK: Folders of several models

  private func pipeline() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "model_index.json",
      text: #"{"_class_name":"P","text_encoder":["t","A"],"unet":["d","U"],"scheduler":["d","S"]}"#)
    try folder.write("README.md", text: "---\nbase_model: lab/base\n---\n")
    try folder.write("unet/diffusion_pytorch_model.safetensors", weights("w"))
    try folder.write("text_encoder/model.safetensors", weights("w"))
    try folder.write("text_encoder/pytorch_model.bin", weights("v"))
    try folder.write("scheduler/scheduler_config.json", text: "{}")
    return folder
  }

  @Test func aPipelineIsOneModelOfItsComponents() throws {
    let folder = try pipeline()
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.tensors.map(\.name) == ["text_encoder.w", "unet.w"])
    #expect(checkpoint.metadata.card?.baseModels == ["lab/base"])
    #expect(checkpoint.problems.map(\.subject) == ["text_encoder/pytorch_model.bin"])
  }

  @Test func aComponentNamedAloneHasThePipelinesCard() throws {
    let folder = try pipeline()
    let checkpoint = try CheckpointReader.open(path: folder.path("unet"))
    #expect(checkpoint.tensors.map(\.name) == ["w"])
    #expect(checkpoint.metadata.card?.baseModels == ["lab/base"])
  }

  @Test func modulesOfSentenceTransformersAreComponents() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "modules.json", text: #"[{"path":""},{"path":"1_Pooling"},{"path":"2_Dense"}]"#)
    try folder.write("model.safetensors", weights("w"))
    try folder.write("1_Pooling/config.json", text: "{}")
    try folder.write("2_Dense/model.safetensors", weights("w"))
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.tensors.map(\.name) == ["w", "2_Dense.w"])
    #expect(checkpoint.problems.isEmpty)
  }
}
