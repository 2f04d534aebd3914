import Foundation
import TestSupport
import Testing

@testable import Load

/// Pickles that run something when Python loads them, or are made to trap, hang or exhaust whoever
/// reads them.
///
/// If anything of one ran, it would leave a file behind.
@Suite struct HostilePickleTests {
  private let trace = FileManager.default.temporaryDirectory
    .appending(path: "trace-\(UUID().uuidString)").path(percentEncoded: false)

  private var command: String { "touch \(trace)" }

  /// The problems of a pickle with one tensor beside what `build` adds.
  private func problems(
    _ build: (PickleBuilder) -> PickleBuilder
  ) throws -> [LoadProblem] {
    let checkpoint = try PyTorchFixture.open(PickleBuilder.besideAnArray(build))
    #expect(checkpoint.tensors.map(\.name) == ["w"])
    #expect(try checkpoint.tensor("w").values() == [1.5])
    #expect(!FileManager.default.fileExists(atPath: trace))
    return checkpoint.problems
  }

  private func expectDanger(_ problems: [LoadProblem], _ name: String, _ opcode: String) {
    #expect(problems.map(\.kind) == [.dangerousPickle])
    let message = problems.first?.message ?? ""
    #expect(message.contains("'\(name)' (\(opcode) at byte "), "\(message)")
  }

  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("builtins", "eval"),
    ("__builtin__", "exec"), ("subprocess", "Popen"), ("runpy", "_run_code"),
    ("importlib", "import_module"), ("torch.hub", "load"), ("pickle", "loads"),
    ("numpy.testing._private.utils", "runstring"), ("operator", "attrgetter"),
    ("webbrowser", "open"), ("ctypes", "CDLL"), ("sys", "modules"),
  ])
  func namesWhatACallWouldRun(module: String, name: String) throws {
    let problems = try problems {
      $0.global(module, name).text(command).operation(.tuple1).operation(.reduce)
    }
    expectDanger(problems, "\(module).\(name)", "REDUCE")
    #expect(problems.first?.subject == "m.bin")
  }

  @Test func namesWhatEveryKindOfCallWouldRun() throws {
    expectDanger(
      try problems {
        $0.operation(.mark).text(command).operation(.inst, Array("os\nsystem\n".utf8))
      }, "os.system", "INST")
    expectDanger(
      try problems { $0.operation(.mark).global("os", "system").text(command).operation(.obj) },
      "os.system", "OBJ")
    expectDanger(
      try problems {
        $0.text("subprocess").text("Popen").operation(.stackGlobal).text(command)
          .operation(.tuple1).operation(.newObj)
      }, "subprocess.Popen", "NEWOBJ")
    expectDanger(
      try problems {
        $0.global("subprocess", "Popen").operation(.emptyTuple).operation(.emptyDict)
          .operation(.newObjEx)
      }, "subprocess.Popen", "NEWOBJ_EX")
    // Named only, and handed to something that calls it.
    expectDanger(
      try problems { $0.text("os").text("system").operation(.stackGlobal) }, "os.system",
      "STACK_GLOBAL")
  }

  /// A harmless object whose state says what is to be called when it is given another state.
  @Test func namesWhatAStateWouldRun() throws {
    expectDanger(
      try problems {
        $0.global("collections", "OrderedDict").operation(.emptyTuple).operation(.reduce)
          .operation(.emptyDict).text("__setstate__").global("os", "system").operation(.setItem)
          .operation(.build).text(command).operation(.build)
      }, "os.system", "GLOBAL")
    let unknown = try problems {
      $0.global("lab.models", "Net").operation(.emptyDict).operation(.build)
    }
    #expect(unknown.map(\.kind) == [.callingPickle])
    #expect(unknown.first?.message.hasPrefix("calls 'lab.models.Net' (BUILD at byte ") == true)
  }

  @Test func extensionCodesAreNamed() throws {
    for (opcode, operand) in [
      (PickleOpcode.ext1, [7] as [UInt8]), (.ext2, [7, 0]), (.ext4, [7, 0, 0, 0]),
    ] {
      let problems = try problems {
        $0.operation(opcode, operand).operation(.emptyTuple).operation(.reduce)
      }
      #expect(problems.map(\.kind) == [.callingPickle])
      #expect(problems.first?.message.contains("'copyreg.extension.7'") == true)
    }
  }

  @Test(arguments: [
    ("collections.abc", "sys.modules"), ("torch", "Tensor.__class__"), ("torch", "os.system"),
    ("torch.nn.modules.module", "torch.os.system"), ("argparse", "Namespace.__init__.__globals__"),
  ])
  func attributesThatLeadElsewhereAreDangerous(module: String, name: String) throws {
    expectDanger(
      try problems { $0.text(module).text(name).operation(.stackGlobal) }, "\(module).\(name)",
      "STACK_GLOBAL")
  }

  @Test func aClassThatIsOnlyNamedIsNoCall() throws {
    let problems = try problems { $0.global("lab.data", "Kind") }
    #expect(problems.map(\.kind) == [.namingPickle])
  }

  @Test func aNameIsToldOnceWhateverOftenItIsCalled() throws {
    let problems = try problems { builder in
      (0..<50).reduce(builder.operation(.emptyList).operation(.mark)) { builder, _ in
        builder.global("os", "system").text("true").operation(.tuple1).operation(.reduce)
      }.operation(.appends)
    }
    #expect(problems.count == 1)
  }

  /// Python has run the first operations by the time it meets the damage.
  @Test func aPickleThatBreaksAfterACallSaysWhatItCalled() throws {
    let start = PickleBuilder().global("os", "system").text(command).operation(.tuple1)
      .operation(.reduce)
    for rest in [[], [0xFF, 0xFF], [PickleOpcode.append.rawValue]] as [[UInt8]] {
      let found = try PyTorchFixture.refusal(of: start.bytes + rest)
      #expect(found.message.contains("'os.system' (REDUCE at byte "), "\(found.message)")
    }
    let whole = try PyTorchFixture.refusal(of: start.operation(.stop).bytes)
    #expect(whole.code == .noWeights)
    #expect(whole.message.contains("'os.system' (REDUCE at byte "))
    #expect(!FileManager.default.fileExists(atPath: trace))
  }

  /// Protocol 0 has no number at its start; the name of the file asks for the reader.
  @Test func aPickleOfProtocol0IsReadByItsName() throws {
    let bytes = Array("cos\nsystem\n(S'\(command)'\ntR.".utf8)
    let folder = try TemporaryFolder()
    let path = try folder.write("pytorch_model.bin", bytes)
    let found = #expect(throws: LoadError.self) { try CheckpointReader.open(path: path) }
    #expect(found?.message.contains("'os.system' (REDUCE at byte ") == true)
    #expect(!FileManager.default.fileExists(atPath: trace))
  }

  @Test func aPickleWithinAPickleIsFollowed() throws {
    let inner = PickleBuilder().global("os", "system").text(command).operation(.tuple1)
      .operation(.reduce).operation(.stop).bytes
    let problems = try problems {
      $0.global("torch.storage", "_load_from_bytes")
        .operation(.shortBinBytes, [UInt8(inner.count)] + inner).operation(.tuple1)
        .operation(.reduce)
    }
    #expect(problems.map(\.kind) == [.callingPickle])
    #expect(problems.first?.message.contains("cannot be followed") == true)
  }

  // MARK: Bombs

  @Test func deepNestingEndsInAnError() throws {
    let count = 100_000
    let lists = [UInt8](repeating: PickleOpcode.emptyList.rawValue, count: count)
    let appends = [UInt8](repeating: PickleOpcode.append.rawValue, count: count - 1)
    let found = try PyTorchFixture.refusal(of: [0x80, 2] + lists + appends + [0x2E])
    #expect(found.code == .nestingTooDeep)
    let marks = [UInt8](repeating: PickleOpcode.mark.rawValue, count: count)
    #expect(try PyTorchFixture.refusal(of: [0x80, 2] + marks + [0x2E]).code == .headerMalformed)
  }

  /// Lists of which each holds the one before twice: 2⁶⁰ tensors, were they counted out.
  @Test func theSameThingABillionTimesIsRefusedAtOnce() throws {
    var builder = PickleBuilder().operation(.emptyDict).text("w").array(1).operation(.setItem)
    for _ in 0..<60 { builder = builder.operation(.dup).operation(.tuple2) }
    #expect(try PyTorchFixture.refusal(of: builder.operation(.stop).bytes).code == .tooManyTensors)
  }

  /// Many objects with one large dictionary for their state.
  @Test func oneStateOfManyObjectsIsBounded() throws {
    var builder = PickleBuilder().operation(.emptyDict).operation(.memoize).operation(.mark)
    for number in 0..<200 { builder = builder.text("k\(number)").operation(.emptyList) }
    builder = builder.operation(.setItems).operation(.mark)
    for _ in 0..<200 {
      builder = builder.global("torch.nn.modules.linear", "Linear").operation(.emptyTuple)
        .operation(.newObj).operation(.binGet, [0]).operation(.build)
    }
    var limits = LoadLimits.standard
    limits.pickle.memberCount = 10_000
    let folder = try TemporaryFolder()
    let path = try folder.write("m.bin", builder.operation(.tuple).operation(.stop).bytes)
    let found = #expect(throws: LoadError.self) {
      try PyTorchReader.checkpoint(path: path, limits: limits)
    }
    #expect(found?.code == .limitExceeded)
  }

  @Test func namesThatAreLongTogetherAreRefused() throws {
    let bytes = PickleBuilder().operation(.emptyDict).text(String(repeating: "x", count: 100))
      .array(1).operation(.setItem).operation(.stop).bytes
    #expect(try PyTorchFixture.open(bytes).tensors.count == 1)
    var limits = LoadLimits.standard
    limits.pickle.tensorNamesByteCount = 50
    let folder = try TemporaryFolder()
    let path = try folder.write("m.bin", bytes)
    let found = #expect(throws: LoadError.self) {
      try PyTorchReader.checkpoint(path: path, limits: limits)
    }
    #expect(found?.code == .limitExceeded)
  }

  @Test func aThingThatHoldsItselfEnds() throws {
    let bytes = PickleBuilder().operation(.emptyDict).operation(.memoize).operation(.mark)
      .text("w").array(1).text("self").operation(.binGet, [0]).operation(.setItems)
      .operation(.stop).bytes
    #expect(try PyTorchFixture.open(bytes).tensors.map(\.name) == ["w"])
  }

  @Test func numbersAndTextsLongerThanTheFileAreRefused() throws {
    for (opcode, operand) in [
      (PickleOpcode.long4, [0xFF, 0xFF, 0xFF, 0x7F]), (.binBytes, [0xFF, 0xFF, 0xFF, 0xFF]),
      (.binUnicode8, [UInt8](repeating: 0xFF, count: 8)),
      (.frame, [UInt8](repeating: 0xFF, count: 8)),
      (.binBytes8, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]), (.long1, [0xFF]),
    ] as [(PickleOpcode, [UInt8])] {
      let found = try PyTorchFixture.refusal(
        of: PickleBuilder().operation(opcode, operand).operation(.stop).bytes)
      #expect([.truncated, .headerMalformed, .noWeights].contains(found.code), "\(opcode)")
    }
  }

  @Test func operationsWithoutEndAreBounded() throws {
    var limits = LoadLimits.standard
    limits.pickle.operationCount = 1000
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "m.bin", [0x80, 2] + [UInt8](repeating: PickleOpcode.none.rawValue, count: 2000) + [0x2E])
    let found = #expect(throws: LoadError.self) {
      try PyTorchReader.checkpoint(path: path, limits: limits)
    }
    #expect(found?.code == .limitExceeded)
    #expect(found?.offset == 1001)
  }

  /// A storage of a few bytes whose tensor claims to be a hundred thousand times as large.
  @Test func aTensorThatRepeatsItsStorageIsNotRead() throws {
    let bytes = try PyTorchFixture.bytes("views.pt")
    let checkpoint = try PyTorchFixture.open(bytes)
    let layout = try #require(StridedLayout(shape: [1 << 40], strides: [0], offset: 0))
    let storage = StorageBytes(source: try #require(checkpoint.files.first?.source), range: 0..<64)
    guard
      case .unreadable(let message, _) = PyTorchObjects.reading(
        layout, .numbers(.float32), storage)
    else {
      Issue.record("it was read")
      return
    }
    #expect(message.contains("repeats the 16 numbers"))
  }

  @Test func aTensorWithoutNumbersMayHaveAnyExtents() throws {
    let layout = try #require(
      StridedLayout(shape: [0, 1 << 40, 1 << 40], strides: [5, 0, 0], offset: 0))
    #expect(layout.count == 0)
    #expect(layout.axes.isEmpty)
  }

  @Test(
    arguments: [
      ([-1], [1], 0), ([2], [-1], 0), ([2], [1], -1), ([2], [1, 1], 0),
      ([1 << 40, 1 << 40], [1, 1], 0), ([3], [.max], 0), ([2], [1], .max),
    ] as [([Int], [Int], Int)])
  func layoutsThatCannotBeAreNone(shape: [Int], strides: [Int], offset: Int) {
    #expect(StridedLayout(shape: shape, strides: strides, offset: offset) == nil)
  }
}
