import Canonicalise
import Fingerprint

/// Layer × layer likeness of linear sketches: every layer of the subject against every layer of the
/// reference, matrix by matrix of equal role.
struct LinearLayers {
  let correspondence: Correspondence
  /// Where roles are not believed, a matrix has that of its counterpart.
  let pairs: [TensorPair?]

  /// More pairs of layers than this are not compared: real models have a few hundred layers each.
  static let maximumPairs = 1 << 20

  func similarity(subject: String, reference: String) -> LayerSimilarity? {
    let mine = blocks(correspondence.subject, component: subject) { ownSketch($0) }
    let theirs = blocks(correspondence.reference, component: reference) {
      (correspondence.reference[$0].role, correspondence.referenceSketch($0))
    }
    let (rows, columns) = (layers(mine), layers(theirs))
    guard !rows.isEmpty, !columns.isEmpty,
      rows.count.multipliedReportingOverflow(by: columns.count).partialValue <= Self.maximumPairs
    else { return nil }
    let rowOfLayer = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let columnOfLayer = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    var sums = [(cosines: Double, z: Double, count: Int)](
      repeating: (0, 0, 0), count: rows.count * columns.count)
    // A dictionary's own order is random, and with it the last bit of a sum.
    for (block, members) in mine.sorted(by: { $0.key < $1.key }) {
      for counterpart in counterparts(of: block, among: theirs) {
        let others = theirs[counterpart] ?? []
        let products = UnitSketch.products(members.map(\.sketch), others.map(\.sketch))
        for (i, member) in members.enumerated() {
          for (j, other) in others.enumerated() where member.hasShape(of: other) {
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
    }
    guard sums.contains(where: { $0.z != 0 }) else { return nil }
    return LayerSimilarity(
      component: subject, subjectLayers: rows, referenceLayers: columns,
      linear: sums.map { $0.count > 0 ? $0.cosines / Double($0.count) : 0 },
      linearZ: sums.map { $0.count > 0 ? $0.z / Double($0.count).squareRoot() : 0 })
  }

  /// A matrix of the subject, and its role.
  private func ownSketch(_ index: Int) -> (role: TensorRole, sketch: UnitSketch?) {
    let (tensor, sketch) = (correspondence.subject[index], correspondence.sketch(index))
    guard !correspondence.readsRoles, let pair = pairs[index], pair.match != .place else {
      return (tensor.role, sketch)
    }
    let other = correspondence.reference[pair.reference]
    let isTurned = pair.transposed != (tensor.orientation != other.orientation)
    return (other.role, isTurned ? sketch?.transposed : sketch)
  }

  /// What a matrix is in its layer.
  private struct Block: Hashable, Comparable {
    var role: TensorRole
    var expert: Int?

    static func < (left: Block, right: Block) -> Bool {
      (left.role.rawValue, left.expert ?? -1) < (right.role.rawValue, right.expert ?? -1)
    }
  }

  /// The matrix of one layer.
  private struct Member {
    var layer: Int
    var sketch: UnitSketch

    func hasShape(of other: Member) -> Bool {
      sketch.rows == other.sketch.rows && sketch.columns == other.sketch.columns
    }
  }

  /// Experts compare with experts of the same number, and all of them with a dense block.
  private func counterparts(of block: Block, among theirs: [Block: [Member]]) -> [Block] {
    guard block.expert != nil else { return theirs.keys.filter { $0.role == block.role }.sorted() }
    return [Block(role: block.role), block].filter { theirs[$0] != nil }
  }

  private func layers(_ blocks: [Block: [Member]]) -> [Int] {
    Set(blocks.values.flatMap { $0.map(\.layer) }).sorted()
  }

  private func blocks(
    _ tensors: [TensorFingerprint], component: String,
    sketch: (Int) -> (role: TensorRole, sketch: UnitSketch?)
  ) -> [Block: [Member]] {
    var result: [Block: [Member]] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard tensor.component == component, let layer = tensor.layer, tensor.matrix != nil,
        case (let role, let sketch?) = sketch(index), !role.isGeneric, role != .router,
        !sketch.isVector
      else { continue }
      result[Block(role: role, expert: tensor.expert), default: []].append(
        Member(layer: layer, sketch: sketch))
    }
    return result
  }
}
