extension PickleMachine {
  /// What loading the pickle would mean, one problem for each name that is not known to be harmless,
  /// the worst first.
  func problems() -> [LoadProblem] {
    let file = PathName.name(of: source.file)
    return suspects.map { global in
      let (kind, words): (LoadProblem.Kind, String) =
        switch (global.danger, global.called) {
        case (.known, _): (.dangerousPickle, global.called == nil ? "names" : "calls")
        case (_, nil): (.namingPickle, "names")
        default: (.callingPickle, "calls")
        }
      return LoadProblem(kind, file, "\(words) \(describe(global))")
    }
  }

  /// An error, with what loading would have done by then: programs fail too late.
  func explained(_ error: LoadError) -> LoadError {
    let dangers = suspects.filter { $0.danger == .known }
    guard !dangers.isEmpty else { return error }
    var error = error
    error.message += "; " + warning(dangers)
    return error
  }

  /// What to say of a pickle without tensors; nil where it names nothing dangerous.
  func warning() -> String? {
    let dangers = suspects.filter { $0.danger == .known }
    return dangers.isEmpty ? nil : warning(dangers)
  }

  private func warning(_ dangers: [PickleGlobal]) -> String {
    let names = dangers.prefix(4).map(describe).joined(separator: ", ")
    return "whoever loads it runs \(names): do not (SCM1006)"
  }

  private var suspects: [PickleGlobal] {
    heap.globals.filter { $0.danger != .none }.enumerated().sorted {
      ($1.element.danger, $0.offset) < ($0.element.danger, $1.offset)
    }.map(\.element)
  }

  /// `os.system (REDUCE at byte 41 of 'archive/data.pkl')`.
  private func describe(_ global: PickleGlobal) -> String {
    let place = global.place
    let member = source.member.map { " of \(LoadError.quote($0))" } ?? ""
    let base = source.member == nil ? source.offset ?? 0 : 0
    return "\(LoadError.quote(global.fullName)) (\(place.opcode.name) at byte "
      + "\(base + place.offset)\(member))"
  }
}
