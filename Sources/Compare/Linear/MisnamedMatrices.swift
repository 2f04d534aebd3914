import Canonicalise
import Fingerprint

/// Matrices that a reference has in another role than the subject's names give them.
///
/// Roles say which tensors may be counterparts, so names that were dealt anew, a query's for an output's, would
/// decide. Where the numbers contradict one of them, none is believed.
extension Correspondence {
  /// What contradicts a name: the cosine of a matrix with one of another role, and its z, which the best of all pairs
  /// of strangers' matrices does not reach.
  package static let contradiction = (cosine: 0.3, z: 8.0)

  /// The same with no role believed, if some matrix is clearly more alike to one of another role than to the best
  /// that roles allow.
  func doubtingRoles(of pairs: [TensorPair?]) -> Correspondence {
    let open = subject.indices.filter { index in
      let tensor = subject[index]
      guard tensor.matrix != nil, tensor.isEvidence, !tensor.role.isGeneric else { return false }
      return pairs[index].map { $0.match != .equal && $0.cosine < Self.sameCosine } ?? true
    }
    guard !open.isEmpty else { return self }
    let free = ignoringRoles()
    let isContradicted = free.mostAlike(of: open).contains { index, candidate in
      let role = reference[candidate].role
      guard role != subject[index].role, !role.isGeneric,
        let pair = free.pair(index, candidate, match: .likeness)
      else { return false }
      return pair.z >= Self.contradiction.z && pair.cosine >= Self.contradiction.cosine
        && pair.cosine > (pairs[index]?.cosine ?? 0) + Self.likenessLead
    }
    return isContradicted ? free : self
  }

  /// How many matrices of a known role have a counterpart of another; embeddings and heads may be one matrix.
  func misnamed(_ pairs: [TensorPair?]) -> Int {
    zip(subject, pairs).count { tensor, pair in
      guard let pair, pair.match == .equal || pair.cosine >= Self.sameCosine else { return false }
      let role = reference[pair.reference].role
      return tensor.matrix != nil && role != tensor.role && !role.isGeneric
        && !tensor.role.isGeneric
        && !(role.isPerToken && tensor.role.isPerToken)
    }
  }
}
