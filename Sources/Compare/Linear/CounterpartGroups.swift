import Canonicalise
import Fingerprint

/// Subject tensors that have the same candidates, and those.
struct CounterpartGroup {
  /// Indices of subject tensors.
  var members: [Int] = []
  /// Reference tensors in each of their turns that line up.
  let candidates: [Candidate]
  /// Buckets of rows and columns that their sketches fill: of an 8 × 8 matrix 64 of 1024.
  let extent: (rows: Int, columns: Int)

  struct Candidate {
    var tensor: Int
    var transposed: Bool
    var sketch: UnitSketch
  }

  /// Products of one cosine.
  var inner: Int { extent.rows * extent.columns }

  /// The same of sketches that follow one another already.
  func packed(_ sketches: [Float]) -> [Float] {
    let size = LinearSketch.side * LinearSketch.side
    guard inner < size else { return sketches }
    return packed(
      stride(from: 0, to: sketches.count, by: size).map { Array(sketches[$0..<$0 + size]) })
  }

  /// The buckets of sketches that hold something, one sketch behind the other.
  func packed(_ sketches: [[Float]]) -> [Float] {
    let side = LinearSketch.side
    guard inner < side * side else { return sketches.flatMap { $0 } }
    var result: [Float] = []
    result.reserveCapacity(sketches.count * inner)
    for sketch in sketches {
      for row in 0..<extent.rows { result += sketch[row * side..<row * side + extent.columns] }
    }
    return result
  }
}

extension Correspondence {
  /// The tensors that have candidates, by what their candidates are.
  ///
  /// - Complexity: linear in the tensors and, for each shape and role, in its candidates.
  func groups(of tensors: [Int]) -> [CounterpartGroup] {
    struct Key: Hashable {
      var role: TensorRole
      var rows: Int
      var columns: Int
      /// Where a class is too large to be looked through as a whole.
      var layer: Int?
    }
    var positions: [Key: Int] = [:]
    var groups: [CounterpartGroup] = []
    for index in tensors {
      guard let mine = sketch(index), !mine.isVector else { continue }
      let tensor = subject[index]
      let key = Key(
        role: tensor.role, rows: mine.rows, columns: mine.columns,
        layer: isLimited(index) ? tensor.layer ?? -1 : nil)
      if let position = positions[key] {
        groups[position].members.append(index)
        continue
      }
      let candidates = likenessCandidates(of: index).flatMap { candidate in
        counterparts(candidate, of: index).map {
          CounterpartGroup.Candidate(
            tensor: candidate, transposed: $0.transposed, sketch: $0.sketch)
        }
      }
      positions[key] = groups.count
      let side = LinearSketch.side
      groups.append(
        CounterpartGroup(
          members: [index], candidates: candidates,
          extent: (
            min(side, candidates.reduce(mine.rows) { max($0, $1.sketch.rows) }),
            min(side, mine.columns)
          )))
    }
    return groups.filter { !$0.candidates.isEmpty }
  }

  /// Position of the most similar candidate by cosine of each subject matrix that has one with a
  /// positive cosine.
  ///
  /// - Parameter indices: of the subject's tensors; nil for all.
  func mostAlike(of indices: [Int]? = nil) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for group in groups(of: indices ?? Array(subject.indices)) {
      let theirs = group.packed(group.candidates.map(\.sketch.values))
      let columns = group.candidates.count
      // As many rows at a time as make some megabytes of cosines.
      let step = max(1, (1 << 20) / columns)
      for start in stride(from: 0, to: group.members.count, by: step) {
        let members = group.members[start..<min(start + step, group.members.count)]
        let cosines = DenseMatrix.product(
          group.packed(members.map { sketch($0)?.values ?? [] }), theirs, rows: members.count,
          columns: columns, inner: group.inner, transposeRight: true)
        for (row, index) in members.enumerated() {
          var best = (position: 0, cosine: Float(0))
          for column in 0..<columns where cosines[row * columns + column] > best.cosine {
            best = (column, cosines[row * columns + column])
          }
          if best.cosine > 0 { result[index] = group.candidates[best.position].tensor }
        }
      }
    }
    return result
  }
}
