import Foundation
import TestSupport
import Testing

@testable import Load

/// What models go by where they lie.
@Suite struct ModelIdentityTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: [
    ("base/model.safetensors", "base"), ("base/model.safetensors.index.json", "base"),
    ("base/model-00001-of-00003.safetensors", "base"), ("base/pytorch_model.bin", "base"),
    ("base/pytorch_model.bin.index.json", "base"), ("base/tf_model.h5", "base"),
    ("base/model.fp16.safetensors", "base"), ("base/adapter_model.safetensors", "base"),
    ("base/consolidated.00.pth", "base"), ("base/consolidated.safetensors", "base"),
    ("base/weights.h5", "base"), ("base/model.weights.h5", "base"),
    ("base/diffusion_pytorch_model.fp16.safetensors", "base"),
    ("base/llama.safetensors", "llama.safetensors"), ("base/textgen.h5", "textgen.h5"),
    ("base/models.safetensors", "models.safetensors"),
    ("base/llama-00001-of-00002.safetensors", "llama-00001-of-00002.safetensors"),
  ])
  func everybodysFileGoesByItsFolder(file: String, name: String) throws {
    let identity = ModelIdentity(ofModelAt: try folder.write(file, []))
    #expect(identity == ModelIdentity(name: name))
  }

  @Test func aFileAtTheRootKeepsItsName() {
    #expect(ModelIdentity(ofModelAt: "/model.safetensors").id == "model.safetensors")
  }

  @Test(arguments: [
    ("models--lab--base-8b", "lab", "base-8b"), ("models--gpt2", nil, "gpt2"),
    ("models--a-b--c-d.e", "a-b", "c-d.e"),
  ])
  func aSnapshotIsItsRepositoryAtARevision(
    repository: String, owner: String?, name: String
  ) throws {
    let revision = String(repeating: "0123456789", count: 4)
    let file = try folder.write("\(repository)/snapshots/\(revision)/model.safetensors", [])
    let expected = ModelIdentity(owner: owner, name: name, revision: revision)
    let snapshot = URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false)
    for path in [file, snapshot, folder.path(repository)] {
      #expect(ModelIdentity(ofModelAt: path) == expected)
    }
    let part = try folder.write("\(repository)/snapshots/\(revision)/unet/config.json", text: "{}")
    let unet = URL(filePath: part).deletingLastPathComponent().path(percentEncoded: false)
    #expect(ModelIdentity(ofModelAt: unet).name == "\(name)/unet")
  }
}
