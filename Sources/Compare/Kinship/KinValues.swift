package import Fingerprint

/// Inner products of the differences between a subject and its relatives, over the numbers of their
/// matrices in place of their sketches.
///
/// A sketch of a matrix estimates such a product from 1024 sums; here 2¹⁸ numbers of it are looked at, so that what
/// is left of the error of a drift test is how layers differ (method, section on kinship).
package struct KinValues: Sendable, Equatable, Codable {
  /// One matrix of the subject.
  package struct Matrix: Sendable, Equatable, Codable {
    /// Place among the subject's tensors.
    package var index: Int
    /// `[members, members]`: ⟨Wᵢ − B, Wⱼ − B⟩.
    package var products: [Double]

    package init(index: Int, products: [Double]) {
      (self.index, self.products) = (index, products)
    }
  }

  /// Ids of the relatives whose weights were read.
  package var members: [String]
  package var matrices: [Matrix]

  package init(members: [String], matrices: [Matrix]) {
    (self.members, self.matrices) = (members, matrices)
  }

  /// Relatives whose weights are read, at most: the nearest.
  package static let limit = 12
  /// A sibling, the one in question and a third.
  package static let least = 3

  /// Whether a check could have made these.
  package var isPossible: Bool {
    let side = members.count
    return Set(members).count == side && (Self.least...Self.limit).contains(side)
      && matrices.count < 1 << 20 && Set(matrices.map(\.index)).count == matrices.count
      && matrices.allSatisfy { matrix in
        matrix.products.count == side * side
          && matrix.products.allSatisfy { $0.isFinite && abs($0) < 1e30 }
      }
  }
}

extension KinGram {
  /// The same relatives' differences by their numbers; nil unless all matrices were read.
  ///
  /// Its members are those whose weights were at hand.
  func exact(_ values: KinValues, ids: (Int) -> String) -> KinGram? {
    guard space == .weights, values.isPossible else { return nil }
    let read = values.members.enumerated()
    let members: [(place: Int, member: Int)] = read.compactMap { place, id in
      self.members.first { ids($0) == id }.map { (place, $0) }
    }
    let byIndex = Dictionary(
      values.matrices.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
    guard members.count == values.members.count, tensors.allSatisfy({ byIndex[$0] != nil }) else {
      return nil
    }
    let ordered = members.sorted { $0.member < $1.member }
    var exact = KinGram(
      .values, members: ordered.map(\.member), tensors: tensors, groups: groups,
      layers: groupLayers)
    let width = values.members.count
    for (position, tensor) in tensors.enumerated() {
      guard let matrix = byIndex[tensor] else { continue }
      var products = [Double](repeating: 0, count: exact.side * exact.side)
      for (i, a) in ordered.enumerated() {
        for (j, b) in ordered.enumerated() {
          products[(i + 1) * exact.side + j + 1] = matrix.products[a.place * width + b.place]
        }
      }
      exact.add(products: products, energy: energies[position])
    }
    return exact
  }
}

extension Kinship {
  /// What reading the weights of relatives once more would sharpen: the subject's matrices that they have in
  /// common, and the ids of the nearest relatives; nil where circuits are compared, or too few are alike.
  package static func readable(
    _ subject: ModelFingerprint, _ relatives: [ReferenceComparison],
    where isAtHand: (String) -> Bool
  ) -> (tensors: [Int], ids: [String])? {
    let gram = KinGram.best(subject, relatives)
    guard gram.space == .weights, gram.tensors.count >= DriftTest.minimumTensors else { return nil }
    let near = (1..<gram.side).filter {
      isAtHand(relatives[gram.members[$0 - 1]].id) && !gram.isSame($0, 0)
    }.sorted { (gram.square($0, 0), $0) < (gram.square($1, 0), $1) }.prefix(KinValues.limit)
    guard near.count >= KinValues.least else { return nil }
    return (gram.tensors, near.map { relatives[gram.members[$0 - 1]].id })
  }
}
