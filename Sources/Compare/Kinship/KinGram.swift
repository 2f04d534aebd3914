import Canonicalise
import Fingerprint

/// Inner products of the differences between a subject and its relatives, tensor by tensor or circuit by
/// circuit.
///
/// Sketches are linear, so those of differences estimate inner products of differences without bias.
/// Everything is measured from the subject, because differences among relatives are small beside
/// the weights.
///
/// - Complexity: n² products of 1024 numbers per tensor (4096 per circuit), n being `limit` at most.
struct KinGram {
  let space: KinSpace
  /// Relatives that take part, by their index in the list given; position 0 is the subject, and
  /// relative `members[i]` is at position i + 1.
  let members: [Int]
  /// Tensors of the subject that all members have, in the same shape; none where circuits are compared.
  let tensors: [Int]
  /// Jackknife group of each tensor or circuit: its layer.
  let groups: [Int]
  let groupCount: Int
  /// Layer of each group; empty where the groups are tensors.
  let groupLayers: [Int]
  /// By tensor or circuit: `[side, side]` inner products of W − B.
  private(set) var products: [[Double]] = []
  /// ‖B‖² of each.
  private(set) var energies: [Double] = []
  /// Sums of `products` over each group, and over all.
  private(set) var grouped: [[Double]]
  private(set) var total: [Double]
  /// ‖B‖² by group, and over all.
  private(set) var groupEnergies: [Double]
  private(set) var energy = 0.0

  var side: Int { members.count + 1 }

  /// Tensors or circuits that all members have.
  var count: Int { products.count }

  /// With nothing added yet.
  ///
  /// - Parameters:
  ///   - groups: of each tensor or circuit, what the jackknife leaves out together, numbered in the order
  ///     of their first; of fewer than `minimumGroups` each is left out by itself.
  ///   - layers: of each group.
  init(
    _ space: KinSpace, members: [Int], tensors: [Int] = [], groups: [Int], layers: [Int]
  ) {
    (self.space, self.members, self.tensors) = (space, members, tensors)
    let count = Set(groups).count
    let isLayered = count >= Self.minimumGroups
    self.groups = isLayered ? groups : Array(groups.indices)
    groupCount = isLayered ? count : groups.count
    groupLayers = isLayered ? layers : []
    groupEnergies = Array(repeating: 0, count: groupCount)
    let side = members.count + 1
    grouped = Array(repeating: Array(repeating: 0, count: side * side), count: groupCount)
    total = Array(repeating: 0, count: side * side)
  }

  /// By circuits where the subject's weights stand in another basis than those of all its relatives, else by
  /// weights.
  static func best(_ subject: ModelFingerprint, _ relatives: [ReferenceComparison]) -> KinGram {
    let weights = KinGram(subject: subject, relatives: relatives)
    guard weights.nearestSquare >= KinThresholds.outOfPlace,
      let circuits = KinGram(circuitsOf: subject, relatives: relatives),
      circuits.nearestSquare < KinThresholds.circuitsNearer * weights.nearestSquare
    else { return weights }
    return circuits
  }

  /// ‖B − A‖² / ‖B‖² of the nearest relative A.
  private var nearestSquare: Double {
    guard energy > 0 else { return .infinity }
    return (1..<side).map { square(0, $0) / energy }.min() ?? .infinity
  }

  /// Nearest relatives that are looked at.
  static let limit = 64
  /// Share of the tensors that most relatives have which a member must have.
  static let coverage = 0.9

  init(subject: ModelFingerprint, relatives: [ReferenceComparison]) {
    let usable = Self.usable(subject, relatives)
    let (members, tensors) = Self.common(subject, usable, relatives)
    var numbers: [UnitKey: Int] = [:]
    let byLayer = tensors.map { index in
      let key = UnitKey(subject.tensors[index])
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      return number
    }
    self.init(
      .weights, members: members, tensors: tensors, groups: byLayer,
      layers: numbers.sorted { $0.value < $1.value }.compactMap(\.key.layer))
    for index in tensors {
      guard let mine = Self.own(index, of: subject, in: relatives) else { continue }
      add(mine.scaled, members.compactMap { usable[$0][index]?.scaled })
    }
  }

  static let minimumGroups = 3

  /// For each relative, the counterparts of the subject's matrices that have the same shape.
  private static func usable(
    _ subject: ModelFingerprint, _ relatives: [ReferenceComparison]
  ) -> [[Int: UnitSketch]] {
    let isLayered = subject.tensors.contains { $0.layer != nil && $0.matrix != nil }
    let mine = subject.tensors.indices.compactMap { index -> (index: Int, sketch: UnitSketch)? in
      let tensor = subject.tensors[index]
      guard tensor.matrix != nil, tensor.moments.isFinite, tensor.layer != nil || !isLayered
      else { return nil }
      return own(index, of: subject, in: relatives).map { (index, $0) }
    }
    return relatives.map { relative in
      var sketches: [Int: UnitSketch] = [:]
      for (index, sketch) in mine {
        guard let theirs = counterpart(of: index, subject, in: relative),
          theirs.rows == sketch.rows,
          theirs.columns == sketch.columns
        else { continue }
        sketches[index] = theirs
      }
      return sketches
    }
  }

  /// A matrix of the subject, where its residual stream is the columns.
  static func own(
    _ index: Int, of subject: ModelFingerprint, in relatives: [ReferenceComparison]
  ) -> UnitSketch? {
    let tensor = subject.tensors[index]
    guard tensor.isEvidence else { return nil }
    return relatives.first?.subjectSketch(index, of: tensor)
      ?? UnitSketch(tensor, orientation: tensor.orientation)
  }

  /// A relative's matrix in the orientation of the subject's.
  static func counterpart(
    of index: Int, _ subject: ModelFingerprint, in relative: ReferenceComparison
  ) -> UnitSketch? {
    guard let pair = relative.pairs[index],
      pair.match != .likeness || pair.z >= Correspondence.likenessZ
    else { return nil }
    guard relative.fingerprint.tensors[pair.reference].moments.isFinite else { return nil }
    return relative.sketch(pair, of: subject.tensors[index]).flatMap { $0.isVector ? nil : $0 }
  }

  /// Relatives that have nearly all of what most have, nearest first if there are many, and the
  /// tensors that all of these have.
  private static func common(
    _ subject: ModelFingerprint, _ usable: [[Int: UnitSketch]], _ relatives: [ReferenceComparison]
  ) -> (members: [Int], tensors: [Int]) {
    let frequent = subject.tensors.indices.filter { index in
      2 * usable.count { $0[index] != nil } >= max(1, usable.count)
    }
    func size(_ indices: [Int]) -> Int {
      indices.reduce(0) { $0 + subject.tensors[$1].elementCount }
    }
    let needed = coverage * Double(size(frequent))
    var members = usable.indices.filter { relative in
      !frequent.isEmpty && Double(size(frequent.filter { usable[relative][$0] != nil })) >= needed
    }
    if members.count > limit {
      let nearest = members.sorted {
        (-relatives[$0].linear.mean, $0) < (-relatives[$1].linear.mean, $1)
      }
      members = nearest.prefix(limit).sorted()
    }
    let tensors = frequent.filter { index in members.allSatisfy { usable[$0][index] != nil } }
    return members.isEmpty || tensors.isEmpty ? ([], []) : (members, tensors)
  }

  /// Adds a tensor or circuit of the subject and of all members, of one length.
  mutating func add(_ mine: [Double], _ others: [[Double]]) {
    let length = mine.count
    var rows = [Double](repeating: 0, count: side * length)
    for (member, other) in others.enumerated() {
      for i in 0..<length { rows[(member + 1) * length + i] = other[i] - mine[i] }
    }
    let product = DenseMatrix.product(
      rows, rows, rows: side, columns: side, inner: length, transposeRight: true)
    add(products: product, energy: mine.reduce(0) { $0 + $1 * $1 })
  }

  /// The same, of which the products are known.
  mutating func add(products product: [Double], energy square: Double) {
    let position = products.count
    products.append(product)
    energies.append(square)
    groupEnergies[groups[position]] += square
    energy += square
    for i in product.indices {
      grouped[groups[position]][i] += product[i]
      total[i] += product[i]
    }
  }

  // MARK: Reading

  /// ⟨a − b, c − d⟩ in one table of products.
  func inner(_ table: [Double], _ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double {
    table[a * side + c] - table[a * side + d] - table[b * side + c] + table[b * side + d]
  }

  /// ⟨a − b, c − d⟩ over all tensors.
  func inner(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Double { inner(total, a, b, c, d) }

  /// ‖a − b‖².
  func square(_ a: Int, _ b: Int) -> Double { max(0, inner(a, b, a, b)) }

  /// Cosine of a − x and b − x; 0 where one of them is x.
  func cosine(_ a: Int, _ b: Int, from x: Int) -> Double {
    let norm = (square(a, x) * square(b, x)).squareRoot()
    return norm > 0 ? inner(a, x, b, x) / norm : 0
  }

  /// Whether two positions hold one model, but for rounding.
  func isSame(_ a: Int, _ b: Int) -> Bool {
    square(a, b) <= KinThresholds.sameSquare(space) * energy
  }

  /// A ratio of sums over groups, with its jackknife error.
  ///
  /// - Source: Tukey's jackknife, groups left out one by one.
  func ratio(
    _ numerator: ([Double]) -> Double, over denominator: ([Double]) -> Double
  ) -> (value: Double, error: Double)? {
    let top = grouped.map(numerator)
    let bottom = grouped.map(denominator)
    let (sum, norm) = (top.reduce(0, +), bottom.reduce(0, +))
    guard groupCount >= 2, norm != 0 else { return nil }
    let left = zip(top, bottom).map { (sum - $0) / (norm - $1) }
    let error = Self.jackknife(left)
    let value = sum / norm
    return value.isFinite && error.isFinite ? (value, error) : nil
  }

  /// Standard error from estimates that leave one group out each.
  static func jackknife(_ left: [Double]) -> Double {
    let count = Double(left.count)
    let mean = left.reduce(0, +) / count
    let square = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return ((count - 1) / count * square).squareRoot()
  }
}

extension UnitSketch {
  /// As long as the matrix is.
  fileprivate var scaled: [Double] { values.map { Double($0) * norm } }
}
