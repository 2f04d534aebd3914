import Foundation
import TestSupport
import Testing

@testable import Load

/// Files that torch wrote, cut short or changed: each gives a checkpoint or one error that names the
/// file.
@Suite struct PyTorchMutantTests {
  private static let names = [
    "types.pt", "views_legacy.bin", "lightning.ckpt", "averaged.pth", "module.pt", "scripted.pt",
    "deflated.pt", "pickled.pkl", "arrays_inside.pt", "protocol_1.bin", "undecoded.pt",
  ]

  private static func mutants() throws -> ReaderMutants {
    try ReaderMutants("m.bin") { (path) throws(LoadError) in
      try PyTorchReader.checkpoint(path: path)
    }
  }

  @Test(arguments: names)
  func everyTruncationIsRefused(name: String) throws {
    let whole = try PyTorchFixture.bytes(name)
    let mutants = try Self.mutants()
    for count in stride(from: 1, to: whole.count, by: 7) {
      #expect(try mutants.isRefused(Array(whole.prefix(count))), "\(count) of \(whole.count)")
    }
  }

  @Test(arguments: names)
  func everyMutantIsReadOrRefused(name: String) throws {
    #expect(try Self.mutants().refusedMutants(of: PyTorchFixture.bytes(name)) > 0)
  }

  /// Any sequence of operations ends, without the checksums of an archive before it.
  @Test func randomOperationsEnd() throws {
    var random = SplitMix64(state: 7)
    let limits = LoadLimits.standard.pickle
    var finished = 0
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ -> UInt8 in
        let opcodes: [PickleOpcode] = [
          .mark, .tuple, .tuple2, .emptyDict, .emptyList, .append, .setItem, .memoize, .binGet,
          .none, .dup, .build, .reduce, .newObj, .obj, .binInt1, .list, .dict, .appends, .setItems,
          .popMark, .pop, .binPersistentID, .stop,
        ]
        return Bool.random(using: &random)
          ? opcodes.randomElement(using: &random)?.rawValue ?? 0
          : UInt8.random(in: 0...255, using: &random)
      }
      bytes.withUnsafeBytes { bytes in
        var machine = PickleMachine(bytes, source: PickleSource(file: "m"), limits: limits)
        if (try? machine.run()) != nil { finished += 1 }
      }
    }
    #expect(finished > 0)
  }
}
