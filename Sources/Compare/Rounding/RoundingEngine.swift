package import Canonicalise
package import Fingerprint
package import Load

/// Holds the matrices of a quantised model against those they were made from, number by number
/// (method, section on quantisation).
///
///     let engine = RoundingEngine(subject: b, fingerprint: comparison.subject, threads: 2)
///     let matrices = try engine.compare(comparison, with: a, indices: quantised)
///
/// - Complexity: of each matrix, `limit` numbers at most are read on either side.
package struct RoundingEngine: Sendable {
  private let subject: CanonicalModel
  private let tensors: [String: CanonicalTensor]
  private let fingerprint: ModelFingerprint
  private let threads: Int

  /// Numbers of a matrix that are looked at: all of them, or rows in runs from all over it.
  static let limit = 1 << 18
  /// Larger figures tell no more.
  private static let most = 1e6
  /// Rows of a run.
  static let run = 4

  package init(subject: CanonicalModel, fingerprint: ModelFingerprint, threads: Int) {
    self.subject = subject
    self.fingerprint = fingerprint
    self.threads = max(1, threads)
    tensors = Self.byName(subject)
  }

  private static func byName(_ model: CanonicalModel) -> [String: CanonicalTensor] {
    Dictionary(model.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// - Parameters:
  ///   - reference: the weights that the comparison is with; nil where its fingerprint is at hand alone:
  ///     then the values that it keeps are looked at.
  ///   - indices: the subject's quantised tensors.
  /// - Returns: one for each of them, in their order.
  package func compare(
    _ comparison: ReferenceComparison, with reference: CanonicalModel?, indices: [Int]
  ) throws(LoadError) -> [MatrixRounding] {
    let others = reference.map(Self.byName)
    let results = Concurrent.map(indices.count, threads: threads) {
      place -> Result<Seen, LoadError> in
      do throws(LoadError) {
        return .success(
          try matrix(indices[place], comparison, others: others) ?? untold(indices[place]))
      } catch {
        return .failure(error)
      }
    }
    var seen: [Seen] = []
    for result in results { seen.append(try result.get()) }
    try subject.checkpoint.checkUnchanged()
    try reference?.checkpoint.checkUnchanged()
    let matrices = Self.compensated(seen)
    return reference == nil && hasScaledVectors(comparison)
      ? matrices.map(\.untoldIfChanged) : matrices
  }

  /// Whether gains or biases may have taken up scales of the matrices beside them.
  private func hasScaledVectors(_ comparison: ReferenceComparison) -> Bool {
    fingerprint.tensors.indices.contains { index in
      guard let pair = comparison.pairs[index], pair.match == .place else { return false }
      return fingerprint.tensors[index].vector != nil
        && pair.relativeChange > RoundingThresholds.scaledVector
    }
  }

  /// A matrix by itself, and how its codes may have been chosen.
  private struct Seen {
    var matrix: MatrixRounding
    var choice: CodeChoice
  }

  /// What matrices that are not rounded to the nearest have in common.
  private static func compensated(_ seen: [Seen]) -> [MatrixRounding] {
    let open = seen.filter { $0.choice == .open && $0.matrix.outcome != .untold }
    let larger = open.filter { $0.matrix.outcome == .changed }.map(\.matrix.ratio).sorted()
    let band = RoundingThresholds.compensated
    let isMethod =
      Double(larger.count) >= RoundingThresholds.compensatedShare * Double(open.count)
      && !larger.isEmpty && band.contains(larger[larger.count / 2])
    return seen.map { seen in
      var matrix = seen.matrix
      guard matrix.outcome == .changed else { return matrix }
      let searched = RoundingThresholds.searched
      switch seen.choice {
      case .nearest: break
      case .searched:
        if matrix.strayShare <= searched.strayShare, matrix.ratio <= searched.ratio {
          matrix.outcome = .compensated
        }
      case .open:
        if isMethod, matrix.ratio <= band.upperBound { matrix.outcome = .compensated }
      }
      return matrix
    }
  }

  private func untold(_ index: Int) -> Seen {
    Seen(
      matrix: MatrixRounding(
        index: index, parameters: fingerprint.tensors[index].elementCount, values: 0,
        strayShare: 0, ratio: 1, resolution: 0, outcome: .untold),
      choice: .open)
  }

  /// Nil where it cannot be told.
  private func matrix(
    _ index: Int, _ comparison: ReferenceComparison, others: [String: CanonicalTensor]?
  ) throws(LoadError) -> Seen? {
    let print = fingerprint.tensors[index]
    guard let pair = comparison.pairs[index], let mine = tensors[print.name] else { return nil }
    let other = comparison.fingerprint.tensors[pair.reference]
    let sums: (plain: RoundingSums, rescaled: RoundingSums?)
    if let others {
      guard let their = others[other.name],
        let matrices = QuantisedMatrix(mine, print, from: their, transposed: pair.transposed)
      else { return nil }
      let plain = try matrices.sums()
      sums = (plain, plain.isNearest ? nil : try matrices.rescaledSums())
    } else {
      guard let sample = SampledRounding(mine, print, from: other, pair) else { return nil }
      sums = (try sample.sums(), nil)
    }
    guard sums.plain.isEnough else { return nil }
    let outcome = Self.outcome(sums)
    let shown = outcome == .rescaled ? sums.rescaled ?? sums.plain : sums.plain
    return Seen(
      matrix: MatrixRounding(
        index: index, parameters: print.elementCount, values: sums.plain.count,
        strayShare: sums.plain.strayShare, ratio: min(shown.ratio, Self.most),
        resolution: min(
          outcome == .nearest ? shown.nearestResolution : shown.excessResolution, Self.most),
        outcome: outcome),
      choice: Self.choice(mine.source))
  }

  private static func outcome(
    _ sums: (plain: RoundingSums, rescaled: RoundingSums?)
  ) -> MatrixRounding.Outcome {
    if sums.plain.isNearest { return .nearest }
    guard let rescaled = sums.rescaled, rescaled.ratio <= RoundingThresholds.rescaled,
      rescaled.ratio - 1 < (sums.plain.ratio - 1) / 2
    else { return .changed }
    return .rescaled
  }

  private static func choice(_ tensor: Tensor) -> CodeChoice {
    if case .encoded(let decoding) = tensor.decoding { decoding.codeChoice } else { .open }
  }
}

extension MatrixRounding {
  fileprivate var untoldIfChanged: MatrixRounding {
    var result = self
    if outcome == .changed { result.outcome = .untold }
    return result
  }
}
