internal import Foundation
internal import Load

/// The names by which reports tell the subjects of one run apart.
enum SubjectNames {
  /// A model's own name where no other has it; else its revision too, or as much of its path as tells
  /// it from the others.
  ///
  /// - Parameter subjects: what each model is called, and the path that it was named by.
  /// - Returns: as many names, no two of which are equal.
  static func distinct(_ subjects: [(name: String, path: String)]) -> [String] {
    let clashes = Set(
      Dictionary(grouping: subjects, by: \.name).filter { $0.value.count > 1 }.keys)
    guard !clashes.isEmpty else { return subjects.map(\.name) }
    let identities = subjects.map { ModelIdentity(ofModelAt: $0.path) }
    let steps = subjects.map { Self.steps(of: $0.path) }
    var taken = Set(subjects.map(\.name))
    return subjects.indices.map { index in
      let subject = subjects[index]
      guard clashes.contains(subject.name) else { return subject.name }
      let revised = identities[index].revision.map { "\(subject.name)@\($0.prefix(8))" }
      let suffix = (1...max(1, steps[index].count)).lazy.map { Array(steps[index].suffix($0)) }
        .first { suffix in
          suffix.count > 1
            && steps.allSatisfy { $0 == steps[index] || Array($0.suffix(suffix.count)) != suffix }
        }
      let wanted = [revised, suffix?.joined(separator: "/")].compactMap(\.self)
      // The same model twice.
      let numbered = (2...).lazy.map { "\(wanted.last ?? subject.name)#\($0)" }
      let name =
        wanted.first { !taken.contains($0) } ?? numbered.first { !taken.contains($0) }
        ?? subject.name
      taken.insert(name)
      return name
    }
  }

  /// The folders and the name of a model; of a file that is called like everybody's, its folder.
  private static func steps(of path: String) -> [String] {
    let absolute = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
    let steps = absolute.split(separator: "/").map(String.init)
    return steps.count > 1 && steps.last.map(ModelIdentity.isEverybodysName) ?? false
      ? steps.dropLast() : steps
  }
}
