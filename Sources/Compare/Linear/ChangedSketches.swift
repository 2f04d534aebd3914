import Synchronization

/// What the draws of the randomised test make of a subject's sketches: the same for every reference
/// that the subject is held against, so that it is made once.
final class ChangedSketches: Sendable {
  /// Numbers that are kept, 64 MB.
  private static let room = 1 << 24

  private struct Key: Hashable {
    var members: [Int]
    var kind: CounterpartSearch.Change.Kind
    var draws: Range<Int>
  }

  private struct Kept {
    var values: [Key: [Float]] = [:]
    var room = ChangedSketches.room
  }

  private let kept = Mutex(Kept())

  /// - Parameters:
  ///   - members: tensors of the subject.
  ///   - kind: of all changes.
  ///   - draws: their numbers.
  ///   - make: what they make of the members' sketches, `[draws, members, 1024]`.
  func values(
    of members: [Int], kind: CounterpartSearch.Change.Kind, draws: Range<Int>,
    make: () -> [Float]
  ) -> [Float] {
    let key = Key(members: members, kind: kind, draws: draws)
    if let found = kept.withLock({ $0.values[key] }) { return found }
    let made = make()
    kept.withLock { kept in
      guard kept.values[key] == nil, made.count <= kept.room else { return }
      kept.values[key] = made
      kept.room -= made.count
    }
    return made
  }
}
