import Fingerprint
import Load

/// Counts the matrices of a subject that are byte for byte a relative's, where another relative's
/// are not.
struct FrozenComparison {
  let subject: ModelFingerprint
  let relatives: [ReferenceComparison]

  /// - Parameter later: indices of relatives that were made from something like the subject: what
  ///   they share with it they have from it, which speaks against nobody.
  func tensors(of relative: Int, later: Set<Int>) -> FrozenTensors {
    var frozen = FrozenTensors()
    var owners: [Int: Int] = [:]
    for (index, tensor) in subject.tensors.enumerated()
    where tensor.matrix != nil && tensor.isEvidence {
      let isMine = isEqual(index, relative)
      if isMine {
        frozen.equal += 1
        frozen.equalParameters += tensor.elementCount
        if relatives.indices.contains(where: { $0 != relative && differs(index, $0) }) {
          frozen.exclusive += 1
        }
        continue
      }
      guard differs(index, relative),
        let owner = relatives.indices.first(where: {
          $0 != relative && !later.contains($0) && isEqual(index, $0)
        })
      else { continue }
      frozen.foreign += 1
      frozen.foreignParameters += tensor.elementCount
      owners[owner, default: 0] += 1
    }
    frozen.foreignReference =
      owners.max { ($0.value, -$0.key) < ($1.value, -$1.key) }.map { relatives[$0.key].id }
    return frozen
  }

  /// Whether some relative's tensors are the subject's while another's are not.
  func sharesBytes(with relative: Int) -> Bool {
    subject.tensors.indices.contains {
      subject.tensors[$0].matrix != nil && subject.tensors[$0].isEvidence
        && isEqual($0, relative)
    }
  }

  private func isEqual(_ index: Int, _ relative: Int) -> Bool {
    relatives[relative].pairs[index]?.match == .equal
  }

  /// Whether a relative has the tensor with other values, beyond what storing it in another type
  /// does.
  private func differs(_ index: Int, _ relative: Int) -> Bool {
    guard let pair = relatives[relative].pairs[index], pair.match != .equal else { return false }
    let (mine, theirs) = (
      subject.tensors[index], relatives[relative].fingerprint.tensors[pair.reference]
    )
    guard mine.elementType != theirs.elementType else { return true }
    let bits = min(mine.keptBits, theirs.keptBits)
    return pair.relativeChange > Double(sign: .plus, exponent: -bits, significand: 1)
  }
}
