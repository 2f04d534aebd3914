import Fingerprint

/// A subject, ready to be held against the packed digests of any number of references.
///
/// All pairs of matrices of a class are compared, and all pairs of layers, so that neither names nor
/// places decide what is seen.
///
/// - Complexity: for a 7B-class pair some 10⁵ products of 96 numbers, about 0.1 ms.
struct Screening: Sendable {
  private let elements: [UInt64: Int]
  private let total: Int
  private let groups: [MatrixClass: Group]
  private let unitCount: Int
  private let frame: ReferenceDigest.Frame?
  private let circuitPlaces: [UInt64]
  private let circuitKinds: [UInt32]
  private let circuitWeights: [Float]

  /// The subject's matrices of one class.
  private struct Group: Sendable {
    var members: [Place]
    var positionOfPlace: [UInt64: Int]
    /// `[members, 96]`, and the same of the transposed matrices.
    var weights: [Float]
    var turned: [Float]
    var hasGeneric: Bool
  }

  private struct Place: Sendable {
    var unit: Int
    var isGeneric: Bool
    /// Variance of a projected cosine if the two were independent.
    var variance: Double
  }

  init(_ subject: ModelFingerprint) {
    // References' constants are no part of their records, so that a subject's meet nothing there.
    let subject = subject.doubtingConstants()
    let digest = ReferenceDigest(subject)
    var elements: [UInt64: Int] = [:]
    for tensor in subject.tensors where tensor.isEvidence {
      elements[ReferenceDigest.prefix(of: tensor.digest), default: 0] += tensor.elementCount
    }
    self.elements = elements
    total = max(1, subject.tensors.reduce(0) { $0 + $1.elementCount })
    var units: [UnitKey: Int] = [:]
    var groups: [MatrixClass: Group] = [:]
    for (key, members) in ReferenceDigest.screened(subject.tensors) {
      let side = LinearSketch.side
      let turned = ScreeningProjection.sketches(
        members.flatMap { member in
          (0..<side * side).map { member.sketch.values[$0 % side * side + $0 / side] }
        })
      let values = (digest.matrices[key] ?? []).flatMap(\.values)
      groups[key] = Group(
        members: members.map { member in
          let unit = UnitKey(member.tensor)
          let number = units[unit] ?? units.count
          units[unit] = number
          let (rows, columns) = (member.sketch.rows - 1, member.sketch.columns - 1)
          let freedom = Double(max(1, min(side, rows))) * Double(max(1, min(side, columns)))
          return Place(
            unit: number, isGeneric: member.tensor.role.isGeneric,
            variance: ScreeningProjection.variance + 1 / freedom)
        },
        positionOfPlace: Dictionary(
          members.enumerated().map { ($1.place, $0) }, uniquingKeysWith: { first, _ in first }),
        weights: ScreeningProjection.weights(of: values),
        turned: ScreeningProjection.weights(of: turned),
        hasGeneric: members.contains { $0.tensor.role.isGeneric })
    }
    self.groups = groups
    unitCount = units.count
    frame = digest.frame
    circuitPlaces = digest.circuits.map(\.place)
    circuitKinds = digest.circuits.map(\.kinds)
    circuitWeights = ScreeningProjection.weights(of: digest.circuits.flatMap(\.values))
  }

  func score(_ reference: ReferenceRecord) -> ScreeningScore {
    var score = ScreeningScore()
    score.equal = equalShare(reference)
    linear(reference, into: &score)
    circuits(reference, into: &score)
    return score
  }

  private func equalShare(_ reference: ReferenceRecord) -> Double {
    var found: Set<UInt64> = []
    reference.forEachTensor { if elements[$0] != nil { found.insert($0) } }
    return Double(found.reduce(0) { $0 + (elements[$1] ?? 0) }) / Double(total)
  }

  // MARK: Matrices

  private struct LinearSums {
    var places = Sum()
    var cosines = 0.0
    var anywhere = Sum()
    var tokens = 0.0
    var units: [Sum]

    /// Of standardised numbers.
    struct Sum {
      var total = 0.0
      var count = 0

      mutating func add(_ value: Double) { (total, count) = (total + value, count + 1) }

      var z: Double { count > 0 ? total / Double(count).squareRoot() : 0 }
    }
  }

  private func linear(_ reference: ReferenceRecord, into score: inout ScreeningScore) {
    var sums = LinearSums(units: .init(repeating: .init(), count: unitCount))
    var start = 0
    for (key, count) in reference.classes {
      let range = start..<start + count
      start += count
      let direct = groups[key]
      let across = key.isPerToken ? nil : groups[key.turned]
      guard direct != nil || across != nil else { continue }
      let generic = range.map(reference.isGeneric)
      let anyGeneric = generic.contains(true)
      let theirs = ScreeningProjection.floats(of: reference.matrices(range))
      if let direct {
        compare(direct, key, theirs, reference, range, generic: generic, into: &sums)
      }
      if let across, across.hasGeneric || anyGeneric {
        let cosines = Self.cosines(across.turned, theirs)
        best(of: across, cosines, columns: count, into: &sums) {
          across.members[$0].isGeneric || generic[$1]
        }
      }
    }
    score.linearMean = sums.places.count > 0 ? sums.cosines / Double(sums.places.count) : 0
    score.z[.places] = sums.places.z
    score.z[.anywhere] = sums.anywhere.z
    score.z[.unit] = sums.units.map(\.z).max() ?? 0
    score.z[.tokens] = sums.tokens
  }

  private func compare(
    _ group: Group, _ key: MatrixClass, _ theirs: [Float], _ reference: ReferenceRecord,
    _ range: Range<Int>, generic: [Bool], into sums: inout LinearSums
  ) {
    let cosines = Self.cosines(group.weights, theirs)
    if key.isPerToken {
      for (row, place) in group.members.enumerated() {
        for column in 0..<range.count {
          let z = Double(cosines[row * range.count + column]) / place.variance.squareRoot()
          sums.tokens = max(sums.tokens, z)
        }
      }
      return
    }
    for column in 0..<range.count {
      guard let row = group.positionOfPlace[reference.matrixPlace(range.lowerBound + column)] else {
        continue
      }
      let cosine = Double(cosines[row * range.count + column])
      sums.cosines += cosine
      sums.places.add(cosine / group.members[row].variance.squareRoot())
    }
    best(of: group, cosines, columns: range.count, into: &sums) { _, _ in true }
  }

  /// Adds each matrix's largest cosine, standardised for having been chosen.
  private func best(
    of group: Group, _ cosines: [Float], columns: Int, into sums: inout LinearSums,
    where include: (Int, Int) -> Bool
  ) {
    for (row, place) in group.members.enumerated() {
      var (largest, count) = (-Float.infinity, 0)
      for column in 0..<columns where include(row, column) {
        largest = max(largest, cosines[row * columns + column])
        count += 1
      }
      guard count > 0 else { continue }
      let null = LargestOfNormals(of: count)
      let z = (Double(largest) / place.variance.squareRoot() - null.mean) / null.deviation
      sums.anywhere.add(z)
      sums.units[place.unit].add(z)
    }
  }

  // MARK: Circuits

  private func circuits(_ reference: ReferenceRecord, into score: inout ScreeningScore) {
    guard let mine = frame, let theirs = reference.frame, mine.kind.isComparable(with: theirs.kind)
    else { return }
    let (places, kinds) = (reference.circuitPlaces, reference.circuitKinds)
    let (rows, columns) = (circuitPlaces.count, places.count)
    guard rows > 0, columns > 0 else { return }
    let sums = Self.cosines(
      circuitWeights, ScreeningProjection.floats(of: reference.circuits),
      width: ReferenceDigest.CircuitRow.width)
    let variance =
      ScreeningProjection.variance + 1 / Double(LayerCircuits.side * LayerCircuits.side)
    let columnOfPlace = Dictionary(
      places.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var (diagonal, chosen, mean) = (LinearSums.Sum(), LinearSums.Sum(), 0.0)
    var largest = -Double.infinity
    for row in 0..<rows {
      var (best, bestMean, count) = (-Double.infinity, 0.0, 0)
      for column in 0..<columns {
        let shared = (circuitKinds[row] & kinds[column]).nonzeroBitCount
        guard shared > 0 else { continue }
        let sum = Double(sums[row * columns + column])
        let z = sum / (Double(shared) * variance).squareRoot()
        count += 1
        if z > best { (best, bestMean) = (z, sum / Double(shared)) }
        if columnOfPlace[circuitPlaces[row]] == column { diagonal.add(z) }
      }
      guard count > 0 else { continue }
      let null = LargestOfNormals(of: count)
      chosen.add((best - null.mean) / null.deviation)
      mean += bestMean
      largest = max(largest, best)
    }
    guard chosen.count > 0 else { return }
    let null = LargestOfNormals(of: chosen.count * columns)
    score.circuitsMean = max(-1, min(1, mean / Double(chosen.count)))
    score.z[.circuits] = max(diagonal.z, chosen.z)
    score.z[.layer] = (largest - null.mean) / null.deviation
  }

  /// `[mine, theirs]`.
  private static func cosines(
    _ mine: [Float], _ theirs: [Float], width: Int = ScreeningProjection.dimensions
  ) -> [Float] {
    DenseMatrix.product(
      mine, theirs, rows: mine.count / width, columns: theirs.count / width, inner: width,
      transposeRight: true)
  }
}
