import Foundation
import TestSupport
import Testing

@testable import Load

@Suite struct PyTorchReaderTests {
  /// Names, types, shapes and every byte are those that torch loads.
  @Test(arguments: [
    "types.pt", "types_legacy.bin", "views.pt", "views_legacy.bin", "state.pt", "state_legacy.bin",
    "old_types.pt", "old_types_legacy.bin", "old_views.pt", "old_views_legacy.bin", "old_state.pt",
    "old_state_legacy.bin", "lightning.ckpt", "averaged.pth", "nested.pt", "parts.pth",
    "beside.pt", "module.pt", "old_module.pt", "scripted.pt", "old_scripted.pt", "frozen.pt",
    "deflated.pt", "big_endian.pt", "protocol_5.pt", "protocol_1.bin", "pickled.pkl",
    "arrays.pkl", "arrays_inside.pt", "subclass.pt", "recurrent_module.pt",
  ])
  func readsWhatTorchWrote(name: String) throws {
    let found = try PyTorchFixture.checkpoint(name)
    let expected = try PyTorchFixture.expected(name)
    #expect(found.tensors.map(\.name).sorted() == expected.tensors.map(\.name).sorted())
    for tensor in expected.tensors {
      let own = try found.tensor(tensor.name)
      #expect(own.elementType == tensor.elementType, "\(tensor.name)")
      #expect(own.shape == tensor.shape, "\(tensor.name)")
      #expect(try own.bytes() == tensor.bytes(), "\(tensor.name)")
    }
    #expect(found.problems.filter { $0.kind == .unreadTensor }.isEmpty)
  }

  @Test func namesOfTheStandardLibraryAndTorchAreNoFinding() throws {
    for name in ["state.pt", "views_legacy.bin", "lightning.ckpt", "scripted.pt", "frozen.pt"] {
      #expect(try PyTorchFixture.checkpoint(name).problems.isEmpty, "\(name)")
    }
  }

  @Test func aModuleOfAnUnknownClassIsReadAndItsClassIsNamed() throws {
    let problems = try PyTorchFixture.checkpoint("module.pt").problems
    #expect(problems.map(\.kind) == [.callingPickle])
    #expect(problems.first?.message.hasPrefix("calls '__main__.Net' (NEWOBJ at byte ") == true)
    #expect(problems.first?.message.hasSuffix("of 'module/data.pkl')") == true)
  }

  /// Old files of whole modules stand for their class, with its source beside it.
  @Test func theClassOfAnOldModuleIsCalled() throws {
    let problems = try PyTorchFixture.checkpoint("old_module.pt").problems
    #expect(problems.map(\.kind) == [.callingPickle])
    #expect(problems.first?.message.contains("'__main__.Net' (NEWOBJ at byte ") == true)
  }

  @Test func readsTheShardsOfAnIndex() throws {
    let found = try CheckpointReader.open(path: PyTorchFixture.path("sharded"))
    let expected = try PyTorchFixture.expected("sharded")
    #expect(found.problems.isEmpty)
    for tensor in expected.tensors {
      #expect(try found.tensor(tensor.name).bytes() == tensor.bytes())
    }
    let alone = PyTorchFixture.path("sharded/pytorch_model-00001-of-00002.bin")
    #expect(try CheckpointReader.open(path: alone).isPart)
  }

  @Test func anyRangeOfAViewIsTheSamePartOfTheWhole() throws {
    for tensor in try PyTorchFixture.checkpoint("views.pt").tensors {
      let whole = try tensor.bytes()
      let width = tensor.elementType.bitWidth / 8
      for start in 0..<tensor.elementCount {
        for end in [start, start + 1, start + 5, tensor.elementCount]
        where end <= tensor.elementCount {
          #expect(
            try tensor.bytes(start..<end) == Array(whole[start * width..<end * width]),
            "\(tensor.name) \(start)..<\(end)")
        }
      }
    }
  }

  @Test func bytesWithinANumberAreGiven() throws {
    let tensor = try PyTorchFixture.checkpoint("views.pt").tensor("transposed")
    let whole = try tensor.bytes()
    let part = try tensor.stored[0].storage.withBytes(of: 5..<22, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in Array(bytes)
    }
    #expect(part == Array(whole[5..<22]))
    let beyond = #expect(throws: LoadError.self) {
      try tensor.stored[0].storage.withBytes(of: 0..<whole.count + 1, scratch: ByteScratch()) {
        (_) throws(LoadError) in
      }
    }
    #expect(beyond?.code == .offsetsOutOfRange)
    #expect(beyond?.tensor == "transposed")
  }

  @Test func whatIsNotDecodedIsSaid() throws {
    let checkpoint = try PyTorchFixture.checkpoint("undecoded.pt")
    func scheme(_ name: String) throws -> String? {
      guard case .undecoded(let scheme) = try checkpoint.tensor(name).decoding else { return nil }
      return scheme
    }
    #expect(try scheme("quantised") == "torch.qint8")
    #expect(try scheme("nuz") == "torch.float8_e4m3fnuz")
    #expect(try scheme("wide") == "torch.complex128")
    #expect(try scheme("complex") == "C64")
    #expect(try scheme("plain") == nil)
    let unread = checkpoint.problems.filter { $0.kind == .unreadTensor }
    #expect(unread.map(\.subject) == ["sparse", "meta"])
    #expect(unread.map(\.elements) == [nil, 6])
  }

  /// What versions before 0.4 wrote of storages within storages.
  @Test func aPartOfAStorageIsSaid() throws {
    let checkpoint = try PyTorchFixture.open(
      PickleBuilder.besideAnArray { builder in
        builder.global("torch._utils", "_rebuild_tensor_v2").operation(.mark)
          .operation(.mark).text("storage").global("torch", "FloatStorage").text("0").text("cpu")
          .integer(1).integer(1).operation(.tuple1).operation(.tuple).operation(.binPersistentID)
          .integer(0).integer(1).operation(.tuple1).integer(1).operation(.tuple1)
          .operation(.tuple).operation(.reduce)
      })
    #expect(checkpoint.problems.map(\.kind) == [.unreadTensor])
    #expect(checkpoint.problems.first?.message.contains("a part of another") == true)
    #expect(checkpoint.problems.first?.elements == 1)
  }

  // MARK: Which tensors are the model

  @Test func whatTrainingKeepsIsLeftOutAndNamed() throws {
    let notes = try PyTorchFixture.checkpoint("lightning.ckpt").notes
    #expect(notes.count == 2)
    #expect(notes[0].hasPrefix("'optimizer_states' ("))
    #expect(notes[0].hasSuffix("has what an optimizer keeps; it was left out"))
    #expect(notes[1] == "'callbacks' (1 tensor) has what training keeps; it was left out")
  }

  @Test func anAverageOfTheWeightsIsLeftOutAndNamed() throws {
    let checkpoint = try PyTorchFixture.checkpoint("averaged.pth")
    let notes = checkpoint.notes
    #expect(notes.contains { $0.hasPrefix("'model_ema' (") && $0.contains("average") })
    #expect(notes.contains { $0.hasPrefix("'optimizer' (") })
    #expect(notes.contains("'rng_state' (1 tensor) has what training keeps; it was left out"))
    #expect(checkpoint.problems.isEmpty)
  }

  @Test func whatStandsBesideTheModelIsReadWithIt() throws {
    let checkpoint = try PyTorchFixture.checkpoint("beside.pt")
    #expect(
      checkpoint.notes == ["'discriminator', beside 'state_dict', is read as a part of the model"])
    #expect(checkpoint.problems.isEmpty)
  }

  @Test func weightsUnderAKeyOfTrainingAreNotLeftOutUnsaid() throws {
    let bytes = PickleBuilder().operation(.emptyDict).operation(.mark)
      .text("model").operation(.emptyDict).text("a").array(1).operation(.setItem)
      .text("hparams").operation(.emptyDict).text("b").array(2).operation(.setItem)
      .operation(.setItems).operation(.stop).bytes
    let checkpoint = try PyTorchFixture.open(bytes)
    #expect(checkpoint.tensors.map(\.name) == ["a"])
    #expect(checkpoint.problems.map(\.kind) == [.unreadWeights])
    #expect(
      checkpoint.problems.map(\.description)
        == ["m.bin: holds one tensor in 'hparams' that was not read as the model"])
  }

  @Test func twoTensorsOfOneNameAreRefused() throws {
    let bytes = PickleBuilder().operation(.emptyDict).operation(.mark)
      .text("a.b").array(1)
      .text("a").operation(.emptyDict).text("b").array(2).operation(.setItem)
      .operation(.setItems).operation(.stop).bytes
    let found = try PyTorchFixture.refusal(of: bytes)
    #expect(found.code == .duplicateKey)
    #expect(found.tensor == "a.b")
  }
}
