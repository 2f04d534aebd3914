import Fingerprint
import Load

/// The number format changed.
enum CastRule: ChangeRule {
  static let minimumShare = 0.5

  static func change(_ context: ParentContext) -> Change? {
    // Codes with scales are more than another number format.
    let recast = context.matched.filter {
      $0.tensor.elementType != $0.other.elementType && $0.tensor.encoding == nil
        && $0.other.encoding == nil
    }
    let indices = Set(recast.map(\.index))
    guard context.share(where: indices.contains) >= Self.minimumShare,
      let example = recast.max(by: { $0.tensor.elementCount < $1.tensor.elementCount })
    else { return nil }
    return Change(
      .cast,
      [
        .from: .text(example.other.elementType.rawValue),
        .to: .text(example.tensor.elementType.rawValue),
      ])
  }
}
