import Canonicalise
import Compare
import Fingerprint
import Load

/// Whether H₀ describes a model at all.
///
/// Linear and logistic regressions, probes, principal components and the like have one optimum, which
/// independent trainings reach alike: likeness says nothing about descent there. No test on weights can
/// tell such an optimum from a copy, so the bar is one of structure.
enum Judgeability {
  /// Gates that may be stacked in one matrix.
  private static let gates = 1...4
  /// Those of a GRU and of an LSTM.
  private static let recurrentGates = 3...4

  static func hasMatrices(_ subject: ModelFingerprint) -> Bool {
    let matrices = subject.tensors.filter(\.isWeightMatrix)
    if matrices.count >= Calibration.judgeableMatrices { return areChained(matrices) }
    return matrices.count == Calibration.judgeableChain
      && (areOneChain(matrices) || areRecurrentCell(matrices))
  }

  /// Whether two matrices are the cell of a gated recurrence and the third reads its state.
  private static func areRecurrentCell(_ matrices: [TensorFingerprint]) -> Bool {
    matrices.indices.contains { recurrent in
      let (rows, state) = (matrices[recurrent].shape[0], matrices[recurrent].shape[1])
      let others = matrices.indices.filter { $0 != recurrent }.map { matrices[$0].shape }
      return recurrentGates.contains { rows == $0 * state }
        && others.contains { $0[0] == rows } && others.contains { $0[1] == state }
    }
  }

  /// Whether each matrix but the last feeds another, in one row.
  private static func areOneChain(_ matrices: [TensorFingerprint]) -> Bool {
    matrices.indices.contains { middle in
      matrices.indices.contains { first in
        first != middle && feeds(matrices[first], matrices[middle])
          && matrices.indices.contains {
            $0 != first && $0 != middle && feeds(matrices[middle], matrices[$0])
          }
      }
    }
  }

  private static func feeds(_ first: TensorFingerprint, _ second: TensorFingerprint) -> Bool {
    guard let first = extents(first), let second = extents(second) else { return false }
    return first.outputs == second.inputs
  }

  /// Those of a matrix, or of a convolution with one tap, which is one.
  private static func extents(_ tensor: TensorFingerprint) -> (outputs: Int, inputs: Int)? {
    guard tensor.shape.count >= 2, tensor.shape.dropFirst(2).allSatisfy({ $0 == 1 }) else {
      return nil
    }
    return (tensor.shape[0], tensor.shape[1])
  }

  /// Whether some matrix reads what another puts out.
  private static func areChained(_ matrices: [TensorFingerprint]) -> Bool {
    // Of convolutions any extent may be the channels.
    if matrices.contains(where: { $0.shape.count > 2 }) { return true }
    var inputs: [Int: Int] = [:]
    for matrix in matrices { inputs[matrix.shape[1], default: 0] += 1 }
    return matrices.contains { matrix in
      gates.contains { gate in
        let (rows, rest) = matrix.shape[0].quotientAndRemainder(dividingBy: gate)
        guard rest == 0, let count = inputs[rows] else { return false }
        return count > (rows == matrix.shape[1] ? 1 : 0)
      }
    }
  }

  /// Whether most of a model's weights were decoded: only then does finding nothing say something.
  static func isDecoded(_ model: ModelFingerprint) -> Bool {
    model.undecodedShare <= Calibration.undecodedShare
  }

  /// Whether files that were not read hold more than the model once more: in 32 bits, a copy of what was
  /// read has four bytes a number.
  ///
  /// Files whose names differ by numbers only count as one, for they may be shards.
  static func isMostlyUnread(_ model: ModelFingerprint) -> Bool {
    if model.identity.isPart { return true }
    var sizes: [String: Double] = [:]
    for file in model.identity.unreadFiles {
      sizes[file.subject.filter { !$0.isNumber }, default: 0] += Double(file.byteCount ?? 0)
    }
    let most = 4 * Double(model.identity.parameters) + fileOverhead
    return sizes.values.contains { $0 > most }
  }

  /// Bytes that a file of weights has besides numbers: vocabularies, headers.
  private static let fileOverhead = 0x1p24

  /// What of a model has a part in the network that nothing tells: no name, or no name that is known.
  ///
  /// Such tensors are looked for in their places, and a copy in another basis is not seen there.
  /// Kernels of convolutions are left out, since circuits know none.
  struct Undescribed {
    var matrices = 0
    var parameters = 0
    /// Of the model's parameters.
    var share = 0.0
    /// With all that a copy may be cut into: small pieces, what only its name or its type calls no weights and,
    /// beside a language model, kernels.
    var pieces = 0
    /// Of the model's parameters and those pieces.
    var shareOfPieces = 0.0

    /// Whether a copy of a reference would fit in, or enough of one to speak of.
    private func hasRoom(for reference: ModelFingerprint) -> Bool {
      shareOfPieces >= Calibration.undescribedPart
        && Double(pieces) >= Calibration.roomForCopy * Double(reference.identity.parameters)
    }

    func share(hiding reference: ModelFingerprint) -> Double {
      hasRoom(for: reference) ? max(share, shareOfPieces) : share
    }

    /// Whether a re-based copy of a reference would not be seen.
    func hides(_ reference: ModelFingerprint) -> Bool {
      !reference.circuits.isEmpty
        && (share >= Calibration.inconclusiveCoverage || hasRoom(for: reference))
    }
  }

  /// - Parameter counts: which tensors, by their index, may count as such.
  static func undescribed(
    _ model: ModelFingerprint, where counts: (Int) -> Bool = { _ in true }
  ) -> Undescribed {
    let isLanguageModel = !model.circuits.isEmpty
    let components = Set(model.circuits.map(\.component))
    // Where the residual stream runs, by component.
    let widths = Dictionary(
      components.compactMap { component in
        model.identity.dimensions[component]?.hidden.map { (component, $0) }
      }, uniquingKeysWith: { first, _ in first })
    var (result, total, all) = (Undescribed(), 0, 0)
    let live = model.liveCounts
    for (index, tensor) in model.tensors.enumerated() {
      let isTurned = tensor.isTurned(in: widths[tensor.component])
      // Kernels in the midst of a language model have no part in it that usual names could tell.
      let isPiece =
        isTurned || tensor.isPiece && (isLanguageModel || !tensor.isKernel)
        || tensor.role == .convolutionKernel && tensor.isEvidence
          && components.contains(tensor.component)
      if !tensor.isBuffer { total += live[index] }
      if !tensor.isBuffer || isPiece { all += live[index] }
      guard counts(index) else { continue }
      if isPiece { result.pieces += live[index] }
      guard isTurned || tensor.isUndescribed else { continue }
      result.parameters += live[index]
      if tensor.matrix != nil { result.matrices += 1 }
    }
    result.share = Double(result.parameters) / Double(max(total, 1))
    result.shareOfPieces = Double(result.pieces) / Double(max(all, 1))
    return result
  }

  /// Whether a re-based copy of a reference would not be seen: it has circuits, and too much of the
  /// subject is not described.
  static func isBlind(_ subject: ModelFingerprint, to reference: ModelFingerprint) -> Bool {
    undescribed(subject).hides(reference)
  }

  /// Whether an embedding of the subject, or what may be one, has the singular values of the reference's, as
  /// one has that was turned and whose tokens were dealt anew.
  static func sharesSpectrum(
    _ subject: ModelFingerprint, with reference: ModelFingerprint
  ) -> Bool {
    subject.allSpectra.contains { isSpectrum($0, of: reference) }
  }

  /// Whether singular values are those of a reference's embedding.
  static func isSpectrum(_ values: [Float], of reference: ModelFingerprint) -> Bool {
    guard let other = reference.frame?.spectrum else { return false }
    return Spectra.areEqual(
      values, other, within: Calibration.equalSpectrum, logarithms: Calibration.equalLogarithms)
  }

  /// Whether several parts of a model claim the same places, and nobody read each by itself.
  static func hasRivals(_ subject: ModelFingerprint) -> Bool {
    RivalParts(subject)?.isOpen ?? false
  }

  /// Whether what was found in a subject can be said of the model: most of it was decoded, or of its
  /// layers so much that packed tensors beside them, which anybody can add, do not matter.
  static func canBeJudged(_ subject: ModelFingerprint) -> Bool {
    hasMatrices(subject)
      && (isDecoded(subject)
        || subject.tensors.count { $0.isLayerEvidence } >= Calibration.layerMatrices)
  }
}

extension TensorFingerprint {
  /// Whether it is a matrix of weights, of whatever type they are stored in.
  fileprivate var isWeightMatrix: Bool {
    guard shape.count >= 2, shape[0] > 1, elementCount / shape[0] > 1, parameter == .weight,
      !isBuffer
    else { return false }
    // Tensors that a quick look did not read have no moments.
    let isRead = moments.absoluteMaximum > 0
    return elementType.isRealNumber || encoding != nil
      ? !isRead || !isConstant : elementType.bitWidth <= 8
  }

  /// Whether it is learned, of substance, and of a role that nothing tells; what has a constant's name is a piece.
  fileprivate var isUndescribed: Bool {
    isNameless && isEvidence && elementCount >= Self.substance && !isKernel
      && (hasConstantFormula || !isConstancyDoubted)
  }

  /// Whether it lies across the residual stream that its name says it reads or writes: then it is not what
  /// the name says, and no circuit is made of it.
  fileprivate func isTurned(in width: Int?) -> Bool {
    guard let width, let matrix, let axis = role.residualAxis, layer != nil, isEvidence,
      parameter == .weight
    else { return false }
    let (along, across) =
      axis == .output ? (matrix.rows, matrix.columns) : (matrix.columns, matrix.rows)
    return along != width && across == width
  }

  /// Whether its name tells no part in the network; one of factors beside a weight says that the weight is
  /// not what the network computes with.
  private var isNameless: Bool {
    role == .unknown || role == .adapterDown || role == .adapterUp
  }

  /// Whether it has the taps of a convolution.
  fileprivate var isKernel: Bool {
    let taps = shape.dropFirst(2)
    return taps.reduce(1, *) >= Self.leastTaps && taps.allSatisfy { $0 <= Self.mostTaps }
  }

  /// Whether it may hold weights that nothing tells the part of: no known name, or one of a constant that
  /// its numbers are not.
  ///
  /// It is evidence of nothing, since a constant that no formula tells is shared by strangers.
  fileprivate var isPiece: Bool {
    guard isNameless || role == .constant && elementCount >= Self.substance,
      !ModelReading.leavesOut(component)
    else { return false }
    if elementType.isRealNumber, !isUndecoded {
      return isNameless ? isEvidence : !isConstant && !hasConstantFormula
    }
    // Whole numbers and what was not decoded; but for masks.
    return elementCount >= Self.substance && (isUndecoded || moments.absoluteMaximum > 1)
  }

  /// Taps that make a kernel of a convolution, and the most along one axis.
  private static let leastTaps = 3
  private static let mostTaps = 64

  /// A matrix of a known role inside a layer.
  fileprivate var isLayerEvidence: Bool { layer != nil && matrix != nil && isUnitEvidence }
}
