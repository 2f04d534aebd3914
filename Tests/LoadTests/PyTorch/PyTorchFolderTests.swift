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

  /// The archive with members by other names of the same length.
  private func archive(_ name: String, renaming old: String, to new: String) throws -> [UInt8] {
    var bytes = try PyTorchFixture.bytes(name)
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    for place in bytes.indices.dropLast(old.count) where bytes[place...].starts(with: old) {
      bytes.replaceSubrange(place..<place + old.count, with: new)
    }
    return bytes
  }

  /// Two pickles, two spellings of one member, and two directories of one archive.
  @Test func anArchiveThatProgramsReadDifferentlyIsRefused() throws {
    var directories = try PyTorchFixture.bytes("state.pt")
    // The count of members in the short record at the end.
    directories[directories.count - 12] -= 1
    for bytes in [
      try archive("state.pt", renaming: "state/version", to: "stat/data.pkl"),
      try archive("state.pt", renaming: "state/data/2", to: "state/DATA/1"), directories,
    ] {
      #expect(try PyTorchFixture.refusal(of: bytes).code == .ambiguousFormat)
    }
  }

  @Test func storagesThatAreNotThereAreSaid() throws {
    let bytes = try archive("state.pt", renaming: "state/data/", to: "state/atad/")
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
