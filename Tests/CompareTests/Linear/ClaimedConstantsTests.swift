import Canonicalise
import Load
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

@Suite struct ClaimedConstantsTests {
  /// Matrices with loud rows and columns, as training makes them: none is drawn numbers.
  static func matrices(_ seed: UInt64) -> [ModelMatrix] {
    var random = ModelRandom(seed: seed)
    return (0..<12).map { _ in
      let loud = (0..<512).map { _ in 0.5 + 2 * random.uniform() }
      return ModelMatrix(rows: 512, columns: 512) { row, column in
        random.gaussian() * loud[row] * loud[511 - column]
      }
    }
  }

  /// A matrix of which every window that formulas are told from holds one.
  static func overwritten(_ matrix: ModelMatrix) -> ModelMatrix {
    let windows = TensorPatch(rows: matrix.rows, columns: matrix.columns).windows
    return ModelMatrix(rows: matrix.rows, columns: matrix.columns) { row, column in
      windows.contains { $0.rows.contains(row) && $0.columns.contains(column) }
        ? Double((row - column + 512) % 7) - 3 : matrix[row, column]
    }
  }

  static let mask = ModelMatrix(rows: 512, columns: 512) { row, column in
    (Double(row + 1) * Double(column + 1) / 300).rounded(.down).truncatingRemainder(dividingBy: 2)
  }

  @Test func stolenWeightsThatPoseAsFormulasAreFound() async throws {
    let stolen = Self.matrices(1)
    let reference = try await Models.fingerprint(Models.anonymous(stolen))
    #expect(!reference.claimsConstants)
    let subject = try await Models.fingerprint(Models.anonymous(stolen.map(Self.overwritten)))
    #expect(subject.tensors.filter(\.hasConstantFormula).count == 12)
    let stranger = try await Models.fingerprint(Models.anonymous(Self.matrices(2)))
    let comparisons = Comparer.compare(
      subject, with: [("stolen", reference), ("stranger", stranger)], settlesEarly: false,
      threads: 2)
    #expect(comparisons[0].linear.z > 10)
    #expect(comparisons[1].linear.z < 4)
    let compared = Comparison(subject: subject, references: comparisons).subject
    #expect(compared.tensors.filter(\.isEvidence).count == 12)
    let record = ReferenceRecord.bytes(of: ReferenceDigest(reference))
    let score = record.withUnsafeBytes { ReferenceRecord($0).map(Screening(subject).score) }
    let strongest = try #require(score).strongest
    #expect(strongest > 10)
  }

  @Test func aConstantThatAReferenceHasTooIsBelieved() async throws {
    let common = Models.anonymous([Self.mask] + Self.matrices(3))
    let subject = try await Models.fingerprint(common)
    #expect(subject.tensors[0].hasConstantFormula)
    let holder = try await Models.fingerprint(
      Models.anonymous(Self.matrices(4) + [Self.mask]))
    let other = try await Models.fingerprint(Models.anonymous(Self.matrices(5)))
    #expect(subject.believingConstants(of: [other, holder]).tensors[0].isBuffer)
    #expect(!subject.believingConstants(of: [other]).tensors[0].isBuffer)
    #expect(!subject.doubtingConstants().tensors[0].isBuffer)
    let comparison = Comparer.compare(subject, with: holder, id: "holder")
    #expect(comparison.linear.z < 4)
    let formula = try #require(subject.tensors[0].formula)
    #expect(
      comparison.common == [.init(tensor: subject.tensors[0].name, origin: .untrained(formula))])
  }

  @Test(arguments: ["model.embed_tokens.weight", "table"])
  func weightsUnderAConstantsNameAreFoundUnlessAReferenceCallsThemSo(theirs: String) async throws {
    func model(_ name: String, others: UInt64) async throws -> ModelFingerprint {
      var model = Models.anonymous(Array(Self.matrices(others).dropFirst()))
      // With a direction that its rows have in common, as no draws have it.
      var random = ModelRandom(seed: 7)
      let (rows, columns) = (random.vector(512, deviation: 1), random.vector(512, deviation: 1))
      let learned = ModelMatrix(rows: 512, columns: 512) { row, column in
        random.gaussian() + rows[row] * columns[column]
      }
      model.tensors.append(Tensor(name, [512, 512], learned.floats))
      return try await Models.fingerprint(model)
    }
    let hidden = try await model("layers.0.attn.causal_mask", others: 8)
    #expect(hidden.tensors.last?.role == .constant && hidden.tensors.last?.isBuffer == true)
    let learned = try await model(theirs, others: 9)
    let found = Comparer.compare(hidden, with: learned, id: "learned")
    #expect(found.linear.equal == [hidden.tensors.count - 1])
    // Two that call it a constant may both have computed it.
    let other = try await model("layers.1.attn.causal_mask", others: 10)
    #expect(Comparer.compare(hidden, with: other, id: "other").linear.equal.isEmpty)
  }

  /// The bias of an LSTM layer, whose forget gate starts at one: under another name and in another
  /// type it is left out on both sides, or on none.
  @Test func aVectorThatAReferenceHasAsAConstantIsBelievedUnderAnyName() async throws {
    func bias(_ name: String, step: Float) async throws -> ModelFingerprint {
      var random = ModelRandom(seed: 8)
      var builder = SafetensorsBuilder()
      let values = (0..<96).map { index -> Float in
        let value = (24..<48).contains(index) ? 1 : Float(0)
        return ((value + 0.02 * Float(random.gaussian())) / step).rounded() * step
      }
      builder.add(name, [96], values)
      let folder = try TemporaryFolder()
      let path = try folder.write("m.safetensors", builder.bytes)
      return try await Models.fingerprint(SafetensorsReader.checkpoint(path: path))
    }
    let reference = try await bias("lower.bias_ih_l0", step: 0x1p-20)
    let subject = try await bias("lower/lstm_cell/bias", step: 0x1p-8)
    #expect(reference.tensors[0].hasConstantFormula && subject.tensors[0].hasConstantFormula)
    #expect(subject.tensors[0].digest != reference.tensors[0].digest)
    #expect(subject.believingConstants(of: [reference]).tensors[0].isBuffer)
  }

  @Test func trainedWeightsAtTheSamePlaceConfirmNoFormula() async throws {
    let stolen = Self.matrices(6)
    let reference = try await Models.fingerprint(Models.anonymous(stolen))
    let subject = try await Models.fingerprint(Models.anonymous(stolen.map(Self.overwritten)))
    let believing = subject.believingConstants(of: [reference])
    #expect(believing.tensors.filter(\.isBuffer).isEmpty)
  }
}
