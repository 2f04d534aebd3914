import Canonicalise
import Fingerprint

/// Layer × layer likeness of linear sketches: every layer of the subject against every layer of the
/// reference, matrix by matrix of equal role.
struct LinearLayers {
  let correspondence: Correspondence

  func similarity(subject: String, reference: String) -> LayerSimilarity? {
    let mine = members(correspondence.subject, component: subject)
    let theirs = members(correspondence.reference, component: reference)
    let (rows, columns) = (mine.keys.sorted(), theirs.keys.sorted())
    guard !rows.isEmpty, !columns.isEmpty else { return nil }
    var (means, scores) = ([Double](), [Double]())
    for row in rows {
      // A dictionary's own order is random, and with it the last bit of a sum.
      let roles = (mine[row] ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }
      for column in columns {
        var (cosines, z, count) = (0.0, 0.0, 0)
        for (role, indices) in roles {
          for index in indices {
            for candidate in theirs[column]?[role] ?? [] {
              guard let sketch = correspondence.sketch(index), !sketch.isVector,
                let other = correspondence.counterpart(candidate, of: index)?.sketch,
                sameExpert(index, candidate)
              else { continue }
              let cosine = sketch.cosine(other)
              cosines += cosine
              z += cosine / sketch.nullVariance(other).squareRoot()
              count += 1
            }
          }
        }
        means.append(count > 0 ? cosines / Double(count) : 0)
        scores.append(count > 0 ? z / Double(count).squareRoot() : 0)
      }
    }
    guard scores.contains(where: { $0 != 0 }) else { return nil }
    return LayerSimilarity(
      component: subject, subjectLayers: rows, referenceLayers: columns, linear: means,
      linearZ: scores)
  }

  /// Experts compare with experts of the same number, and all of them with a dense block.
  private func sameExpert(_ index: Int, _ candidate: Int) -> Bool {
    guard let mine = correspondence.subject[index].expert,
      let other = correspondence.reference[candidate].expert
    else { return true }
    return mine == other
  }

  private func members(
    _ tensors: [TensorFingerprint], component: String
  ) -> [Int: [TensorRole: [Int]]] {
    var result: [Int: [TensorRole: [Int]]] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard tensor.component == component, let layer = tensor.layer, tensor.matrix != nil,
        !tensor.role.isGeneric, tensor.role != .router
      else { continue }
      result[layer, default: [:]][tensor.role, default: []].append(index)
    }
    return result
  }
}
