import Fingerprint

/// The same tensors in another number of files.
enum ReshardRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    let (before, after) = (context.reference.identity.files, context.subject.identity.files)
    guard before != after, before > 0, after > 0 else { return nil }
    return Change(.reshard, [.from: .integer(before), .to: .integer(after)])
  }
}
