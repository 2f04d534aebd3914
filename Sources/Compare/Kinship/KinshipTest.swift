package import Fingerprint

extension Kinship {
  /// Weighs the relatives of a subject against each other.
  ///
  /// - Parameters:
  ///   - relatives: the references that have evidence of a common origin with the subject.
  ///   - values: what their numbers say, where the weights were read.
  package init(
    subject: ModelFingerprint, relatives: [ReferenceComparison], values: KinValues? = nil
  ) {
    let gram = KinGram.best(subject, relatives)
    let exact = values.flatMap { gram.exact($0) { relatives[$0].id } }
    let weighing = Weighing(subject: subject, relatives: relatives, gram: gram, exact: exact)
    let entries = weighing.entries()
    let order = weighing.order(entries)
    self.init(
      relatives: entries,
      merge: MergeFit(
        gram: gram, names: weighing.names, rest: weighing.rest, donors: weighing.donors
      ).merge(),
      candidates: order.candidates.map { relatives[$0].id }, isDecided: order.isDecided)
  }
}

/// The relatives of one subject, held against each other.
private struct Weighing {
  let subject: ModelFingerprint
  let relatives: [ReferenceComparison]
  let gram: KinGram
  /// The same by numbers, of those whose weights were read.
  let exact: KinGram?
  /// Id of each position of the Gram matrix.
  let names: [String]
  /// Position of each relative that is in the Gram matrix.
  private let positions: [Int: Int]

  init(subject: ModelFingerprint, relatives: [ReferenceComparison], gram: KinGram, exact: KinGram?)
  {
    self.subject = subject
    self.relatives = relatives
    self.gram = gram
    self.exact = exact
    names = [""] + gram.members.map { relatives[$0].id }
    positions = Dictionary(
      uniqueKeysWithValues: gram.members.enumerated().map { ($1, $0 + 1) })
  }

  func entries() -> [Kinship.Relative] {
    let frozen = FrozenComparison(subject: subject, relatives: relatives)
    let later = Set(relatives.indices.filter { isLater($0, frozen) })
    let drift = DriftProcedure(gram: gram, names: names)
    let copies = ModelCopies(subject)
    return relatives.indices.map { index in
      let test =
        exactTest(index, drift) ?? positions[index].map(drift.test)
        ?? DriftTest(outcome: .cannotSay, obstacle: .tooFewTensors)
      var entry = Kinship.Relative(
        reference: relatives[index].id, drift: test,
        frozen: frozen.tensors(of: index, later: later),
        facts: OneSidedFacts(
          subject: subject, own: copies, comparison: relatives[index]
        ).facts,
        distance: ModelDistance(subject, relatives[index])?.relative)
      entry.isLater = later.contains(index)
      entry.standing = standing(index, entry)
      return entry
    }
  }

  /// By numbers, where those of the relative's nearest are among them.
  private func exactTest(_ index: Int, _ drift: DriftProcedure) -> DriftTest? {
    guard let exact, let position = exact.members.firstIndex(of: index),
      let sibling = positions[index].flatMap(drift.nearest),
      exact.members.contains(gram.members[sibling - 1])
    else { return nil }
    let procedure = DriftProcedure(
      gram: exact, names: [""] + exact.members.map { relatives[$0].id })
    let test = procedure.test(position + 1)
    // Numbers leave small errors: where some relative sees little of A's history, it may be none.
    return test.outcome == .descends && procedure.isDoubtful(position + 1) ? nil : test
  }

  /// What a combination of relatives leaves of one tensor of the subject, as a sketch.
  func rest(_ position: Int, _ parts: [(position: Int, weight: Double)]) -> [Double]? {
    let index = gram.tensors[position]
    guard let mine = KinGram.own(index, of: subject, in: relatives) else { return nil }
    var rest = mine.values.map { Double($0) * mine.norm }
    for part in parts {
      guard
        let other = KinGram.counterpart(
          of: index, subject, in: relatives[gram.members[part.position - 1]])
      else { return nil }
      for i in rest.indices { rest[i] -= part.weight * Double(other.values[i]) * other.norm }
    }
    return rest
  }

  /// Relatives whose single values the subject took, and of which it left the others; by position.
  func donors(_ positions: [Int]) -> (base: Int, donors: [Int])? {
    guard gram.space == .weights else { return nil }
    let found = TakenSteps.donors(
      of: subject, among: positions.map { relatives[gram.members[$0 - 1]] })
    return found.map { (positions[$0.base], $0.donors.map { positions[$0] }) }
  }

  // MARK: One relative

  private func standing(_ index: Int, _ entry: Kinship.Relative) -> Kinship.Standing {
    if entry.frozen.foreign > 0, entry.frozen.exclusive == 0 { return .refuted }
    switch entry.drift.outcome {
    case .descends: return .supported
    // By circuits bases of the subject were excluded, too (4 of 300 corpora).
    case .absent: return gram.space == .circuits || mayBeRoot(index, entry.drift) ? .open : .refuted
    case .between: return .partial
    case .beyond, .cannotSay: return .open
    }
  }

  /// Whether another relative and the subject look like siblings by the same data seen from this
  /// one: then this one may be the base of both, and what the test takes for a history of its own
  /// is what these two have in common.
  private func mayBeRoot(_ index: Int, _ test: DriftTest) -> Bool {
    guard let a = positions[index] else { return false }
    if let outgroup = test.outgroup.flatMap(names.firstIndex(of:)),
      gram.cosine(outgroup, 0, from: a) >= KinThresholds.rootCosine
    {
      return true
    }
    return (1..<gram.side).contains { other in
      guard !gram.isSame(other, a) else { return false }
      let (own, mine) = (gram.inner(other, a, other, 0), gram.inner(0, a, 0, other))
      return KinThresholds.sameDataCosines(gram.space).contains(gram.cosine(other, 0, from: a))
        && own > 0
        && mine > 0 && max(own / mine, mine / own) <= KinThresholds.sameDataBalance
    }
  }

  /// Whether a relative went on from where the subject is: seen from a third, the subject has no
  /// history of its own beside it.
  private func isLater(_ index: Int, _ frozen: FrozenComparison) -> Bool {
    guard let a = positions[index], !gram.isSame(a, 0) else { return false }
    let way = gram.square(a, 0)
    // Equal bytes leave no room for common drift.
    let limit = frozen.sharesBytes(with: index) ? 0.25 : -0.1
    return (1..<gram.side).contains { other in
      !gram.isSame(other, a) && !gram.isSame(other, 0) && gram.square(other, 0) < 6 * way
        && gram.inner(0, other, 0, a) < limit * way
    }
  }

  /// Whether the subject went back on a relative's way to another.
  private func isReversal(_ index: Int) -> Bool {
    guard let a = positions[index] else { return false }
    return (1..<gram.side).contains {
      !gram.isSame($0, a) && gram.cosine(0, $0, from: a) >= KinThresholds.reversalCosine
    }
  }

  // MARK: All of them

  /// In the space in which relatives are held against each other.
  private func distance(_ index: Int, _ entry: Kinship.Relative) -> Double {
    switch gram.space {
    case .weights, .values: entry.distance ?? .infinity
    case .circuits: positions[index].map { gram.square($0, 0).squareRoot() } ?? .infinity
    }
  }

  /// Relatives that the subject may have been built on, the best first, and whether it is decided.
  func order(_ entries: [Kinship.Relative]) -> (candidates: [Int], isDecided: Bool) {
    func isNearer(_ a: Int, _ b: Int) -> Bool {
      (distance(a, entries[a]), a) < (distance(b, entries[b]), b)
    }
    let same = entries.indices.filter { positions[$0].map { gram.isSame($0, 0) } ?? false }
    if !same.isEmpty { return (same.sorted(by: isNearer), true) }
    let supported = entries.indices.filter { entries[$0].standing == .supported }
    if !supported.isEmpty { return (supported.sorted(by: isNearer), true) }
    var open = entries.indices.filter { entries[$0].standing != .refuted }
    // What was made from the subject is no parent, and no reason to look no further.
    if open.allSatisfy({ entries[$0].isLater }) {
      open += entries.indices.filter {
        !open.contains($0) && (entries[$0].frozen.foreign == 0 || open.isEmpty)
      }
    }
    let reversed = Set(open.filter(isReversal))
    func leans(_ index: Int) -> Bool {
      entries[index].standing == .partial || entries[index].drift.beta.map { $0 < 0.5 } ?? false
    }
    // A subject on the way between two relatives has both of them later than itself.
    let isBetween = open.allSatisfy { entries[$0].isLater || leans($0) || reversed.contains($0) }
    func rank(_ index: Int) -> Int {
      let isPassed = reversed.contains(index) || entries[index].isLater && !isBetween
      return (isPassed ? 2 : 0) + (leans(index) ? 1 : 0)
    }
    let sorted = Array(Set(open)).sorted {
      rank($0) != rank($1) ? rank($0) < rank($1) : isNearer($0, $1)
    }
    return (sorted, sorted.count == 1 && !entries[sorted[0]].isLater)
  }
}
