import Canonicalise
import Fingerprint

/// Layer × layer likeness of linear sketches: every layer of the subject against every layer of the
/// reference, matrix by matrix of equal role.
struct LinearLayers {
  let correspondence: Correspondence

  /// More pairs of layers than this are not compared: real models have a few hundred layers each.
  static let maximumPairs = 1 << 20

  func similarity(subject: String, reference: String) -> LayerSimilarity? {
    let mine = members(correspondence.subject, component: subject)
    let theirs = members(correspondence.reference, component: reference)
    let (rows, columns) = (mine.keys.sorted(), theirs.keys.sorted())
    guard !rows.isEmpty, !columns.isEmpty,
      rows.count.multipliedReportingOverflow(by: columns.count).partialValue <= Self.maximumPairs
    else { return nil }
    var (means, scores) = ([Double](), [Double]())
    for row in rows {
      // A dictionary's own order is random, and with it the last bit of a sum.
      let blocks = (mine[row] ?? [:]).sorted {
        ($0.key.role.rawValue, $0.key.expert ?? -1) < ($1.key.role.rawValue, $1.key.expert ?? -1)
      }
      for column in columns {
        var (cosines, z, count) = (0.0, 0.0, 0)
        for (block, indices) in blocks {
          let candidates = theirs[column].map { self.candidates(for: block, in: $0) } ?? []
          for index in indices {
            for candidate in candidates {
              guard let sketch = correspondence.sketch(index), !sketch.isVector,
                let other = correspondence.counterpart(candidate, of: index)?.sketch
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

  /// What a matrix is in its layer.
  private struct Block: Hashable {
    var role: TensorRole
    var expert: Int?
  }

  /// Experts compare with experts of the same number, and all of them with a dense block.
  private func candidates(for block: Block, in layer: [Block: [Int]]) -> [Int] {
    guard block.expert != nil else {
      return layer.filter { $0.key.role == block.role }
        .sorted { ($0.key.expert ?? -1) < ($1.key.expert ?? -1) }.flatMap(\.value)
    }
    return (layer[Block(role: block.role)] ?? []) + (layer[block] ?? [])
  }

  private func members(
    _ tensors: [TensorFingerprint], component: String
  ) -> [Int: [Block: [Int]]] {
    var result: [Int: [Block: [Int]]] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard tensor.component == component, let layer = tensor.layer, tensor.matrix != nil,
        !tensor.role.isGeneric, tensor.role != .router
      else { continue }
      let block = Block(role: tensor.role, expert: tensor.expert)
      result[layer, default: [:]][block, default: []].append(index)
    }
    return result
  }
}
