import Foundation

/// Scalar products of the heads' circuits, Σ leftᵢᵀ·rightᵢ over the rows of a head, without ever
/// forming a circuit: ⟨Σ aᵢᵀbᵢ, Σ cⱼᵀdⱼ⟩ = Σᵢⱼ (aᵢ·cⱼ)(bᵢ·dⱼ).
///
/// For output and value, or for query and key. Heads of `left` share heads of `right` in successive
/// groups of equal size.
struct HeadProducts {
  /// One of the two matrices in both models, rows of a head adjacent.
  struct Factor {
    /// Products of subject rows with reference rows.
    let cross: RowMatrix
    /// For each head, the products of its own rows, `[size, size]`.
    let subject: [RowMatrix]
    let reference: [RowMatrix]
    let size: Int

    init(subject mine: RowMatrix, reference theirs: RowMatrix, size: Int) {
      cross = mine.timesTransposed(theirs)
      self.size = size
      func grams(_ matrix: RowMatrix) -> [RowMatrix] {
        (0..<matrix.rows / size).map { head in
          let rows = matrix.selecting(rows: head * size..<(head + 1) * size)
          return rows.timesTransposed(rows)
        }
      }
      subject = grams(mine)
      reference = grams(theirs)
    }

    /// Energies of a row of a subject head and of the row at the same place of a reference head.
    func energies(_ row: Int, _ mine: Int, _ theirs: Int) -> (Double, Double) {
      (Double(subject[mine][row, row]), Double(reference[theirs][row, row]))
    }

    /// Cosine of the rows at the same place of two heads.
    func directCosine(_ row: Int, _ mine: Int, _ theirs: Int) -> Double {
      let (a, b) = energies(row, mine, theirs)
      let product = Double(cross[mine * size + row, theirs * size + row])
      return a > 0 && b > 0 ? product / (a * b).squareRoot() : 0
    }

    /// Cosines of all rows of two heads.
    func cosines(_ mine: Int, _ theirs: Int) -> RowMatrix {
      var result = RowMatrix(rows: size, columns: size)
      for row in 0..<size {
        for column in 0..<size {
          let energy = subject[mine][row, row] * reference[theirs][column, column]
          result.values[row * size + column] =
            energy > 0
            ? cross[mine * size + row, theirs * size + column] / energy.squareRoot() : 0
        }
      }
      return result
    }
  }

  let left: Factor
  let right: Factor
  /// Products of every subject head with every reference head, `[subject, reference]`.
  let products: [Double]
  let subjectEnergies: [Double]
  let referenceEnergies: [Double]

  init?(left: Factor, right: Factor) {
    guard left.size == right.size, !right.subject.isEmpty, !right.reference.isEmpty,
      left.subject.count % right.subject.count == 0,
      left.reference.count % right.reference.count == 0
    else { return nil }
    self.left = left
    self.right = right
    let size = left.size
    let mineGroup = left.subject.count / right.subject.count
    let theirGroup = left.reference.count / right.reference.count
    func contract(_ a: RowMatrix, _ b: RowMatrix) -> Double {
      zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    subjectEnergies = left.subject.indices.map {
      contract(left.subject[$0], right.subject[$0 / mineGroup])
    }
    referenceEnergies = left.reference.indices.map {
      contract(left.reference[$0], right.reference[$0 / theirGroup])
    }
    var products: [Double] = []
    for mine in left.subject.indices {
      for theirs in left.reference.indices {
        var sum = 0.0
        for row in 0..<size {
          let leftRow = (mine * size + row) * left.cross.columns + theirs * size
          let rightRow =
            (mine / mineGroup * size + row) * right.cross.columns + theirs / theirGroup * size
          for column in 0..<size {
            sum +=
              Double(left.cross.values[leftRow + column])
              * Double(right.cross.values[rightRow + column])
          }
        }
        products.append(sum)
      }
    }
    self.products = products
  }

  /// Energy of a product below which nothing comes out of it but rounding, of that of its factors' product if
  /// they were independent.
  private static let deadEnergy = 1e-4

  /// Whether something comes out of each of the subject's heads.
  var areLive: [Bool] {
    let group = left.subject.count / right.subject.count
    func energy(_ gram: RowMatrix) -> Double {
      (0..<left.size).reduce(0) { $0 + Double(gram[$1, $1]) }
    }
    return subjectEnergies.enumerated().map { head, product in
      let factors = energy(left.subject[head]) * energy(right.subject[head / group])
      return product > Self.deadEnergy * factors / Double(left.size)
    }
  }

  func cosine(_ mine: Int, _ theirs: Int) -> Double {
    let energy = subjectEnergies[mine] * referenceEnergies[theirs]
    return energy > 0
      ? products[mine * referenceEnergies.count + theirs] / energy.squareRoot() : 0
  }
}
