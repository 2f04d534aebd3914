/// What somebody may have meant by a word that is none.
enum NearName {
  /// ` Did you mean 'check'?`, or nothing.
  static func hint(_ word: String, among names: [String]) -> String {
    nearest(word, among: names).map { " Did you mean '\($0)'?" } ?? ""
  }

  /// The name that differs least, where a third of its letters at most differ, else one that begins so;
  /// the first of several.
  static func nearest(_ word: String, among names: [String]) -> String? {
    let typed = word.lowercased().prefix(64)
    let word = Array(typed)
    let ranked = names.enumerated().map { index, name in
      (distance: distance(word, Array(name.lowercased())), index: index)
    }
    guard let best = ranked.min(by: { ($0.distance, $0.index) < ($1.distance, $1.index) }),
      best.distance <= max(1, names[best.index].count / 3)
    else {
      return typed.count > 2 ? names.first { $0.lowercased().hasPrefix(typed) } : nil
    }
    return names[best.index]
  }

  /// Letters to put in, take out, change or swap with their neighbour.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var before: [Int] = []
    var above = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var least = min(
          above[j + 1] + 1, row[j] + 1, above[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          least = min(least, before[j - 1] + 1)
        }
        row.append(least)
      }
      (before, above) = (above, row)
    }
    return above[right.count]
  }
}
