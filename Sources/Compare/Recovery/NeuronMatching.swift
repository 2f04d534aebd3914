/// Which neuron of the reference each neuron of the subject comes from.
struct NeuronMatching: Sendable {
  /// For each of the subject's neurons, the reference's.
  var counterpart: [Int?]
  /// Whether the counterpart is beyond doubt: mutual, clearly ahead of the runner-up, and more
  /// alike than any pair of strangers.
  var isConfident: [Bool]
  /// Whether the neurons stand where they stood, so that nothing had to be chosen.
  var inPlace: Bool

  /// A match must lead the runner-up by this share of its score.
  static let margin: Float = 0.1
  /// Neurons count as in place when that scores this share of what the best assignment does: the
  /// best of an assignment always gains something by chance.
  static let inPlaceShare: Float = 0.9
  /// For weak descent: neurons in place are this many standard errors above strangers.
  static let inPlaceZ = 6.0
  /// In neither case may this share of them have a clearly better counterpart elsewhere.
  static let elsewhereShare = 0.02

  /// All where they stood.
  init(inPlace count: Int) {
    counterpart = Array(0..<count)
    isConfident = [Bool](repeating: true, count: count)
    inPlace = true
  }

  /// - Parameters:
  ///   - scores: the subject against the reference.
  ///   - strangers: the subject against a scrambled reference.
  init(scores: NeuronScores, strangers: NeuronScores.Scan) {
    let scan = scores.scan()
    let count = scores.subject.count
    let strange = strangers.best.map(\.score).max() ?? 0
    let assigned: [Int?] =
      scan.dense.map(LinearAssignment.maximising)
      ?? (0..<count).map {
        scan.bestOfReference[scan.best[$0].neuron] == $0 ? scan.best[$0].neuron : nil
      }
    let confident = (0..<count).map { row in
      let best = scan.best[row]
      return assigned[row] == best.neuron && scan.bestOfReference[best.neuron] == row
        && best.score > strange && best.score - best.second >= Self.margin * best.score
    }
    var total: Float = 0
    for row in 0..<count where assigned[row] != nil { total += scan.best[row].score }
    if count == scores.reference.count {
      let diagonal = scan.diagonal.reduce(0, +)
      let elsewhere = (0..<count).count { row in
        confident[row] && assigned[row] != row
          && scan.best[row].score - scan.diagonal[row] >= Self.margin * scan.best[row].score
      }
      let null = SampleMoments(strangers.diagonal.map(Double.init))
      let mean = Double(diagonal) / Double(max(count, 1))
      let z =
        null.deviation > 0
        ? (mean - null.mean) / null.deviation * Double(count).squareRoot() : 0
      if Double(elsewhere) < Self.elsewhereShare * Double(count),
        diagonal >= Self.inPlaceShare * total || z > Self.inPlaceZ
      {
        counterpart = Array(0..<count)
        isConfident = scan.diagonal.map { $0 > strange }
        inPlace = true
        return
      }
    }
    counterpart = assigned
    isConfident = confident
    inPlace = false
  }

  var confidentShare: Double {
    isConfident.isEmpty ? 0 : Double(isConfident.count { $0 }) / Double(isConfident.count)
  }

  /// Counterparts beyond doubt, in the subject's order.
  var confidentCounterparts: [Int] {
    zip(counterpart, isConfident).compactMap { $1 ? $0 : nil }
  }
}
