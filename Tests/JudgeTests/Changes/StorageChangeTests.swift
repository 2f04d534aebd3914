import Judge
import Load
import TestSupport
import Testing

/// Changes of how the same numbers are written down.
@Suite struct StorageChangeTests {
  private let base = Models.base()

  @Test(arguments: [ElementType.bfloat16, .float16, .float64])
  func castIsTheOnlyChangeOfACheckpointInAnotherFormat(type: ElementType) async throws {
    let judgement = try await Models.judge(
      base.checkpoint("child", as: type), against: [base.checkpoint("base")])
    #expect(judgement.changes == [.cast: [.from: .text("F32"), .to: .text(type.rawValue)]])
    // Rounding shows a direction; a type that holds every value shows none.
    #expect(judgement.verdict.relation == (type == .float64 ? .related : .derived))
    #expect((judgement.parents.first?.modification?.reencoded ?? 0) > 0.99)
  }

  @Test func castIsNotSeenWhereTheFormatStays() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.05, seed: 9).checkpoint("child"), from: base.checkpoint("base"))
    #expect(changes[.cast] == nil)
  }

  @Test func castIsNotSeenWhereOnlyTheHeadIsInAnotherFormat() async throws {
    var child = base.checkpoint("child")
    let other = base.checkpoint("child", as: .bfloat16)
    child.tensors = zip(child.tensors, other.tensors).map { $0.name.contains("head") ? $1 : $0 }
    let changes = try await Models.changes(of: child, from: base.checkpoint("base"))
    #expect(changes[.cast] == nil)
  }

  @Test func renameIsTheOnlyChangeOfTensorsUnderOtherNames() async throws {
    let reference = base.checkpoint("base")
    let judgement = try await Models.judge(reference.renamed("child"), against: [reference])
    #expect(
      judgement.changes == [
        .rename: [
          .tensors: .integer(reference.tensors.count), .from: .text("model.embed_tokens.weight"),
          .to: .text("blob_0"),
        ]
      ])
    #expect(judgement.verdict.relation == .identical)
  }

  @Test func renameIsNotSeenWhereOnlyLayerNumbersDiffer() async throws {
    let changes = try await Models.changes(
      of: base.keeping(layers: [3, 2, 1, 0]).checkpoint("child"), from: base.checkpoint("base"))
    #expect(changes[.rename] == nil)
  }

  @Test func reshardTellsTheNumbersOfFiles() async throws {
    let changes = try await Models.changes(
      of: base.checkpoint("child").inFiles(3), from: base.checkpoint("base").inFiles(1))
    #expect(changes == [.reshard: [.from: .integer(1), .to: .integer(3)]])
  }

  @Test(arguments: [(2, 2), (0, 2), (2, 0)])
  func reshardIsNotSeenInEqualOrUnknownNumbersOfFiles(before: Int, after: Int) async throws {
    let changes = try await Models.changes(
      of: base.checkpoint("child").inFiles(after), from: base.checkpoint("base").inFiles(before))
    #expect(changes[.reshard] == nil)
  }

  @Test(arguments: [(8, nil), (4, 32), (4, 16)] as [(Int, Int?)])
  func quantiseTellsBitsAndGroup(bits: Int, group: Int?) async throws {
    let wide = Models.base(layers: 2, hidden: 128)
    let judgement = try await Models.judge(
      wide.quantised(bits: bits, group: group).checkpoint("child"),
      against: [wide.checkpoint("base")])
    var expected: Details = [.matrices: .integer(14), .bits: .integer(bits)]
    expected[.group] = group.map { .integer($0) }
    #expect(judgement.changes == [.quantise: expected])
    #expect(judgement.trace == Trace.Kind.grid && judgement.isTraceOfSubject == true)
  }

  @Test func quantiseIsFoundInWeightsStoredAsBfloat16() async throws {
    let wide = Models.base(layers: 2, hidden: 128)
    let changes = try await Models.changes(
      of: wide.quantised(bits: 4, group: 32).checkpoint("child", as: .bfloat16),
      from: wide.checkpoint("base", as: .bfloat16))
    #expect(changes[.quantise]?[.bits] == .integer(4))
    #expect(changes[.quantise]?[.group] == .integer(32))
    #expect(changes[.finetune] == nil)
  }

  @Test func quantiseIsNotSeenWhereTheReferenceLiesOnTheSameGrid() async throws {
    let coarse = base.quantised(bits: 4, group: 32)
    let changes = try await Models.changes(
      of: coarse.trained(0.05, seed: 2) { $0.layer == nil }.checkpoint("child"),
      from: coarse.checkpoint("base"))
    #expect(changes[.quantise] == nil)
  }

  @Test func quantisedReferenceIsTheOneThatWasMade() async throws {
    let judgement = try await Models.judge(
      base.checkpoint("subject"),
      against: [base.quantised(bits: 4, group: 32).checkpoint("quantised")])
    #expect(judgement.changes[.quantise] == nil)
    #expect(judgement.trace == Trace.Kind.grid && judgement.isTraceOfSubject == false)
  }

  @Test func valuePruneTellsTheShareOfZeros() async throws {
    let judgement = try await Models.judge(
      base.sparsified(0.5).checkpoint("child"), against: [base.checkpoint("base")])
    #expect(Set(judgement.changes.keys) == [.valuePrune])
    let detail = judgement.changes[.valuePrune]
    #expect(abs((detail?[.sparsity]?.number ?? 0) - 0.5) < 0.01)
    #expect(detail?[.matrices] == .integer(28))
    #expect(judgement.trace == Trace.Kind.zeros && judgement.isTraceOfSubject == true)
  }

  @Test func valuePruneIsNotSeenWhereTheReferenceHasTheSameZeros() async throws {
    let sparse = base.sparsified(0.5)
    let changes = try await Models.changes(
      of: sparse.checkpoint("child", as: .bfloat16), from: sparse.checkpoint("base"))
    #expect(changes[.valuePrune] == nil)
  }
}

extension Judgement {
  /// What bears on the direction to the first parent, which it does not decide by itself: a sibling's
  /// grid or zeros look the same.
  fileprivate var trace: Trace.Kind? {
    if parents.first?.direction.value == .undirected,
      case .trace(let trace) = parents.first?.direction.reason
    {
      trace.kind
    } else {
      nil
    }
  }

  fileprivate var isTraceOfSubject: Bool? {
    if case .trace(let trace) = parents.first?.direction.reason { trace.isSubjects } else { nil }
  }
}
