import Foundation
import TestSupport
import Testing

@testable import Load

/// PyTorch files beside others in a folder.
@Suite struct PyTorchFolderTests {
  private func folder(_ files: [(fixture: String, name: String)]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (fixture, name) in files { try folder.write(name, try PyTorchFixture.bytes(fixture)) }
    return folder
  }

  @Test func theSameWeightsInBothFormatsAreOneModel() throws {
    let folder = try folder([
      ("state.safetensors", "model.safetensors"), ("state_legacy.bin", "pytorch_model.bin"),
    ])
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.format == .safetensors)
    #expect(checkpoint.problems.isEmpty)
  }

  @Test func aCopyThatRunsSomethingIsSaid() throws {
    let folder = try folder([("unsafe.pt", "pytorch_model.bin")])
    let weights = try CheckpointReader.open(path: folder.path).tensors
    var builder = SafetensorsBuilder()
    for tensor in weights {
      builder.add(tensor.name, tensor.shape, try tensor.values().map(Float.init))
    }
    try folder.write("model.safetensors", builder.bytes)
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.format == .safetensors)
    #expect(checkpoint.problems.map(\.kind) == [.dangerousPickle])
    #expect(checkpoint.problems.map(\.subject) == ["pytorch_model.bin"])
  }

  /// safetensors leaves out a head that is the embedding; torch writes both names.
  @Test(arguments: [1.0, 2.0])
  func aTensorUnderASecondNameIsNoOtherModel(value: Float) throws {
    let folder = try TemporaryFolder()
    var model = SafetensorsBuilder()
    model.add("embed", [2, 2], [1, 2, 3, 4])
    model.add("norm", [1], [5])
    try folder.write("model.safetensors", model.bytes)
    var whole = model
    whole.add("head", [2, 2], [value, 2, 3, 4])
    try folder.write("pytorch_model.bin", whole.bytes)
    let problems = try CheckpointReader.open(path: folder.path).problems
    #expect(problems.map(\.subject) == (value == 1 ? [] : ["pytorch_model.bin"]))
  }

  @Test func otherWeightsBesideTheModelAreUnread() throws {
    let folder = try folder([
      ("state.safetensors", "model.safetensors"), ("views.pt", "pytorch_model.bin"),
    ])
    let problems = try CheckpointReader.open(path: folder.path).problems
    #expect(problems.map(\.kind) == [.unreadWeights])
    #expect(problems.map(\.subject) == ["pytorch_model.bin"])
  }

  @Test func aFileThatOnlyItsEndingCallsWeightsIsNotTheModel() throws {
    let folder = try folder([("state.pt", "weights.pth")])
    try folder.write("vocabulary.bin", [1, 2, 3, 4])
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.format == .pyTorch)
    #expect(checkpoint.problems.map(\.subject) == ["vocabulary.bin"])
    #expect(checkpoint.problems.map(\.kind) == [.unreadWeights])
  }

  @Test func whatIsCalledAModelComesBeforeWhatIsNot() throws {
    let folder = try TemporaryFolder()
    try folder.write("voices.pt", try PyTorchFixture.bytes("views.pt"))
    let h5 = try Data(contentsOf: URL(filePath: HDF5Fixture.path("keras2_model.h5")))
    try folder.write("model.h5", [UInt8](h5))
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.format == .hdf5)
    #expect(checkpoint.problems.map(\.subject) == ["voices.pt"])
  }

  @Test func storagesThatAreNotThereAreSaid() throws {
    // Members by other names than the pickle says.
    var bytes = try PyTorchFixture.bytes("state.pt")
    let text = Array("state/data/".utf8)
    for place in bytes.indices.dropLast(text.count)
    where Array(bytes[place..<place + text.count]) == text {
      bytes.replaceSubrange(place..<place + text.count, with: "state/atad/".utf8)
    }
    let found = try PyTorchFixture.refusal(of: bytes)
    #expect(found.code == .noWeights)
    #expect(found.message.contains("has no member 'state/data/"))
  }

  @Test func aPyTorchFileUnderAnotherNameIsMisnamed() throws {
    let folder = try folder([("state.pt", "model.safetensors")])
    let checkpoint = try CheckpointReader.open(path: folder.path("model.safetensors"))
    #expect(checkpoint.problems.map(\.kind) == [.misnamed])
  }
}
