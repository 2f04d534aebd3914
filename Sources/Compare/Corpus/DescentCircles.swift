/// Which references are said to descend from each other, over any number of steps.
///
/// - Complexity: linear in references and parents.
/// - Source: Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972); without
///   recursion, since chains are as long as somebody wrote them.
struct DescentCircles {
  /// A number for each id, equal for those in one circle.
  private var circles: [String: Int] = [:]

  /// - Parameters:
  ///   - parents: by id, each of them an id.
  ///   - order: of the ids.
  init(_ parents: [String: [String]], order: [String]) {
    var (found, lowest): ([String: Int], [String: Int]) = ([:], [:])
    var open: [String] = []
    var count = 0
    for root in order where found[root] == nil {
      var path: [(id: String, next: Int)] = [(root, 0)]
      while let (id, next) = path.last {
        if next == 0 {
          (found[id], lowest[id]) = (found.count, found.count)
          open.append(id)
        }
        let above = parents[id] ?? []
        if next < above.count {
          path[path.count - 1].next += 1
          let parent = above[next]
          if let number = found[parent] {
            if circles[parent] == nil { lowest[id] = min(lowest[id] ?? number, number) }
          } else {
            path.append((parent, 0))
          }
          continue
        }
        path.removeLast()
        if let child = path.last?.id {
          lowest[child] = min(lowest[child] ?? 0, lowest[id] ?? 0)
        }
        guard lowest[id] == found[id] else { continue }
        while let member = open.popLast() {
          circles[member] = count
          if member == id { break }
        }
        count += 1
      }
    }
  }

  /// Whether each of two is said to descend from the other, or both are one.
  func join(_ first: String, _ second: String) -> Bool {
    circles[first] != nil && circles[first] == circles[second]
  }
}
