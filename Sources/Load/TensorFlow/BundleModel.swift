/// Which variables of a TensorFlow checkpoint are the model, and what they are called.
///
/// Optimizers keep arrays of the extents of the weights beside them; those are left out, and said, where
/// a weight of the same extents stands under the name that they are of. Whatever is not known to be
/// something else is the model.
struct BundleModel {
  struct Variable {
    var key: String
    var name: String
    var entry: BundleEntry
  }

  private(set) var variables: [Variable] = []
  private(set) var notes: [String] = []
  private(set) var texts: [String] = []
  /// Variables that seem to be others once more, and the keys of those.
  private(set) var copies: [(variable: Variable, original: String)] = []

  /// What TensorFlow 1 and BERT's own code put behind the name of the weight that a state is of.
  private static let slots: Set = [
    "Adam", "Adam_1", "Momentum", "RMSProp", "RMSProp_1", "Adagrad", "Ftrl", "Ftrl_1", "adam_m",
    "adam_v", "m", "v", "lamb_m", "lamb_v", "Adadelta", "Adadelta_1", "vr", "vc", "AdaMax",
    "AdaMax_1",
    "ExponentialMovingAverage",
  ]
  private static let counters: Set = [
    "save_counter", "global_step", "beta1_power", "beta2_power", "iteration", "iterations",
    "learning_rate", "_iterations", "_learning_rate", "decay", "beta_1", "beta_2", "momentum",
  ]

  init(_ entries: [(key: String, entry: BundleEntry)], names: [String: String]) {
    for (key, entry) in entries {
      guard !entry.isNoNumber else {
        texts.append(key)
        continue
      }
      variables.append(Variable(key: key, name: Self.name(key, names[key]), entry: entry))
    }
    leaveOutStates()
    setCopiesApart()
    // Two variables of one name keep their keys.
    let taken = variables.reduce(into: [:]) { $0[$1.name, default: 0] += 1 }
    for index in variables.indices where taken[variables[index].name, default: 0] > 1 {
      variables[index].name = Self.name(variables[index].key, nil)
    }
  }

  private static let attribute = "/.ATTRIBUTES/VARIABLE_VALUE"

  private static func name(_ key: String, _ fullName: String?) -> String {
    var name = fullName ?? key
    if name.hasSuffix(attribute) { name = String(name.dropLast(attribute.count)) }
    // Keras keeps arrays under private attributes.
    if fullName == nil, let slash = name.lastIndex(of: "/"),
      name[name.index(after: slash)...].hasPrefix("_")
    {
      name.remove(at: name.index(after: slash))
    }
    return TensorFlowNames.isTransformers(name + ":0") ? name + ":0" : name
  }

  private mutating func leaveOutStates() {
    let shapes = Dictionary(
      variables.map { ($0.key, $0.entry.shape) }, uniquingKeysWith: { first, _ in first })
    let model = Set(variables.filter { !Self.isOfOptimizer($0.key) }.map(\.entry.shape))
    func isState(_ variable: Variable) -> Bool {
      let key = variable.key
      let leaf =
        (key.hasSuffix(Self.attribute) ? String(key.dropLast(Self.attribute.count)) : key)
        .split(separator: "/").last.map(String.init) ?? ""
      if variable.entry.shape.isEmpty, Self.counters.contains(leaf) { return true }
      if Self.isOfOptimizer(key) {
        return variable.entry.shape.isEmpty || model.contains(variable.entry.shape)
      }
      guard Self.slots.contains(leaf) else { return false }
      return shapes[String(key.dropLast(leaf.count + 1))] == variable.entry.shape
    }
    let states = variables.filter(isState)
    guard !states.isEmpty, states.count < variables.count else { return }
    variables.removeAll(where: isState)
    notes.append(
      "\(states.count == 1 ? "one variable" : "\(states.count) variables") "
        + "(\(LoadError.quote(states[0].key)), …) \(states.count == 1 ? "is" : "are") what an "
        + "optimizer or its steps keep; \(states.count == 1 ? "it was" : "they were") left out")
  }

  private static func isOfOptimizer(_ key: String) -> Bool {
    // Optimizers of Keras lead to the weights themselves too.
    guard !key.contains("/_trainable_variables/") else { return false }
    return key.contains("/.OPTIMIZER_SLOT/") || key.hasPrefix("optimizer/")
      || key.contains("/optimizer/_variables/")
  }

  /// SavedModels of Keras hold each variable twice, under the same full name; whoever reads the bytes
  /// says whether these are the same, as checksums are no proof.
  private mutating func setCopiesApart() {
    struct Content: Hashable {
      var name: String
      var checksum: UInt32
      var type: Int
      var shape: [Int]
      var byteCount: Int
    }
    var first: [Content: String] = [:]
    var kept: [Variable] = []
    for variable in variables {
      let entry = variable.entry
      guard let checksum = entry.checksum, entry.slices.isEmpty else {
        kept.append(variable)
        continue
      }
      let content = Content(
        name: variable.name, checksum: checksum, type: entry.type, shape: entry.shape,
        byteCount: entry.byteCount)
      if let original = first[content] {
        var copy = variable
        copy.name = Self.name(variable.key, nil)
        copies.append((copy, original))
      } else {
        first[content] = variable.key
        kept.append(variable)
      }
    }
    variables = kept
  }
}
