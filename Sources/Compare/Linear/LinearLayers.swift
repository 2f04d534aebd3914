import Canonicalise
import Fingerprint

/// Layer × layer likeness of linear sketches: every layer of the subject against every layer of the
/// reference, matrix by matrix of equal role.
struct LinearLayers {
  let correspondence: Correspondence

  func similarity(subject: String, reference: String) -> LayerSimilarity? {
    let mine = members(correspondence.subject, component: subject) { correspondence.sketch($0) }
    let theirs = members(correspondence.reference, component: reference) {
      correspondence.referenceSketch($0)
    }
    let (rows, columns) = (layers(mine), layers(theirs))
    guard !rows.isEmpty, !columns.isEmpty else { return nil }
    let rowOfLayer = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let columnOfLayer = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    var sums = [(cosines: Double, z: Double, count: Int)](
      repeating: (0, 0, 0), count: rows.count * columns.count)
    // A dictionary's own order is random, and with it the last bit of a sum.
    for (role, members) in mine.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let others = theirs[role] else { continue }
      let products = UnitSketch.products(members.map(\.sketch), others.map(\.sketch))
      for (i, member) in members.enumerated() {
        for (j, other) in others.enumerated() where isComparable(member, other) {
          guard let row = rowOfLayer[member.layer], let column = columnOfLayer[other.layer] else {
            continue
          }
          let (cosine, variance) = products(i, j)
          let position = row * columns.count + column
          sums[position].cosines += cosine
          sums[position].z += cosine / variance.squareRoot()
          sums[position].count += 1
        }
      }
    }
    guard sums.contains(where: { $0.z != 0 }) else { return nil }
    return LayerSimilarity(
      component: subject, subjectLayers: rows, referenceLayers: columns,
      linear: sums.map { $0.count > 0 ? $0.cosines / Double($0.count) : 0 },
      linearZ: sums.map { $0.count > 0 ? $0.z / Double($0.count).squareRoot() : 0 })
  }

  /// A matrix of a layer.
  private struct Member {
    var layer: Int
    var expert: Int?
    var sketch: UnitSketch
  }

  private func layers(_ members: [TensorRole: [Member]]) -> [Int] {
    Set(members.values.flatMap { $0.map(\.layer) }).sorted()
  }

  /// Equal extents; experts compare with experts of the same number, and all of them with a dense
  /// block.
  private func isComparable(_ mine: Member, _ other: Member) -> Bool {
    guard mine.sketch.rows == other.sketch.rows, mine.sketch.columns == other.sketch.columns else {
      return false
    }
    guard let expert = mine.expert, let theirs = other.expert else { return true }
    return expert == theirs
  }

  private func members(
    _ tensors: [TensorFingerprint], component: String, sketch: (Int) -> UnitSketch?
  ) -> [TensorRole: [Member]] {
    var result: [TensorRole: [Member]] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard tensor.component == component, let layer = tensor.layer, tensor.matrix != nil,
        !tensor.role.isGeneric, tensor.role != .router, let sketch = sketch(index),
        !sketch.isVector
      else { continue }
      result[tensor.role, default: []].append(
        Member(layer: layer, expert: tensor.expert, sketch: sketch))
    }
    return result
  }
}
