/// A name that a pickle has looked up in Python's modules, and what it does with it.
struct PickleGlobal {
  /// Where in a pickle something happens.
  struct Place {
    var opcode: PickleOpcode
    /// Of the operation, from the start of the pickle.
    var offset: Int
  }

  /// What loading the pickle would mean.
  enum Danger: Int, Comparable {
    /// Known to do nothing but hold data.
    case none
    /// Not known: loading runs whatever is installed under the name.
    case unknown
    /// Known to run code, to read or write files, or to reach what does.
    case known

    static func < (left: Danger, right: Danger) -> Bool { left.rawValue < right.rawValue }
  }

  /// Module and name, with a dot between them.
  let fullName: String
  /// Where it is named first.
  var named: Place
  /// Where it is called first; nil if it only is named.
  var called: Place?
  var danger: Danger

  init(module: String, name: String, named: Place) {
    fullName = "\(module).\(name)"
    self.named = named
    danger = PickleGlobals.danger(module: module, name: name)
  }

  /// Reports the most telling place: the call, where there is one.
  var place: Place { called ?? named }
}
