/// Which of a checkpoint's tensors are the model.
///
/// Training keeps more than weights: the states of optimizers, averages of the weights, generators
/// of random numbers. These are told by their structure, and what was left out is said. Whatever is
/// not known to be something else is the model, so that no key hides weights.
struct ModelChoice {
  private(set) var tensors: [(name: String, tensor: TensorReading)] = []
  private(set) var notes: [String] = []
  /// Tensors that were left out, and are not known to be no weights.
  private(set) var unread: [(name: String, count: Int, numbers: Int)] = []

  private let tree: TensorTree

  /// Keys of a model's weights, the most usual first.
  private static let weights = [
    "state_dict", "model_state_dict", "model", "module", "model_state", "net", "network", "params",
    "weights", "generator",
  ]
  /// Keys of what training keeps besides.
  private static let training: Set = [
    "optimizer", "optimizer_state_dict", "optimizer_states", "optimizers", "optim", "optim_state",
    "lr_scheduler", "lr_schedulers", "scheduler", "scaler", "grad_scaler", "amp", "callbacks",
    "loops",
    "rng_state", "rng_states", "torch_rng_state", "cuda_rng_state", "cuda_rng_states", "rng",
    "hyper_parameters", "hparams", "args", "config", "cfg", "opt", "datamodule", "train_state",
  ]
  /// Last parts of the names of optimizer states.
  private static let states: Set = [
    "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer", "square_avg", "grad_avg",
    "acc_delta", "sum", "step", "exp_inf", "prev", "step_size",
  ]
  /// More than this share of the model's numbers is too much to be left out unsaid.
  private static let smallShare = 1.0 / 16

  init(_ tree: TensorTree) {
    self.tree = tree
    choose(tree.root, depth: 0)
    leaveOutFlatLists()
  }

  /// Recurrent layers that are saved whole list their own parameters once more.
  private static let flatList = "_flat_weights"

  /// Leaves out such lists, where every entry is the same numbers in the same place as another tensor.
  private mutating func leaveOutFlatLists() {
    func isListed(_ name: String) -> Bool {
      name.split(separator: ".").dropLast().contains { $0 == Self.flatList }
    }
    guard tensors.contains(where: { isListed($0.name) }) else { return }
    let others = Set(tensors.filter { !isListed($0.name) }.compactMap(\.tensor.place))
    tensors.removeAll { entry in
      isListed(entry.name) && entry.tensor.place.map(others.contains) ?? false
    }
  }

  /// An entry of the dictionary that is looked at.
  private typealias Part = (label: String?, node: Int)

  private mutating func choose(_ place: Int, depth: Int) {
    let node = tree.nodes[place]
    guard !node.isObject, node.tensor == nil, depth < 8 else {
      tensors = tree.tensors(below: place)
      return
    }
    var parts = node.children.filter { !isTraining($0) }
    var others = node.children.filter(isTraining)
    if parts.isEmpty { (parts, others) = (others, []) }
    let dictionaries = parts.indices.filter { tree.nodes[parts[$0].node].tensor == nil }
    guard let main = dictionaries.min(by: { rank(parts[$0]) < rank(parts[$1]) }),
      isWrapper(main, among: parts, isOutermost: depth == 0)
    else {
      tensors = parts.flatMap(named)
      leaveOut(averages: [], others)
      return
    }
    let layout = layout(of: parts[main])
    let rest = parts.indices.filter { $0 != main }.map { parts[$0] }
    let averages = rest.filter(isAverage)
    choose(parts[main].node, depth: depth + 1)
    take(rest.filter { !isAverage($0) }, beside: parts[main])
    leaveOut(
      averages: averages.filter { self.layout(of: $0) == layout },
      averages.filter { self.layout(of: $0) != layout } + others)
  }

  /// Whether the key of a dictionary is no part of its tensors' names: it is called as models are, or
  /// it is the only one of a file and holds more than one layer.
  private func isWrapper(_ main: Int, among parts: [Part], isOutermost: Bool) -> Bool {
    if Self.weights.contains(label(parts[main]).lowercased()) { return true }
    guard isOutermost, parts.indices.allSatisfy({ $0 == main || isAverage(parts[$0]) }) else {
      return false
    }
    return tree.tensors(below: parts[main].node).contains { $0.name.contains(".") }
  }

  private func label(_ part: Part) -> String { part.label ?? "" }

  private func named(_ part: Part) -> [(name: String, tensor: TensorReading)] {
    tree.tensors(below: part.node, prefix: label(part))
  }

  private func rank(_ part: Part) -> Int {
    let known = Self.weights.firstIndex(of: label(part).lowercased())
    return known ?? (isAverage(part) ? 2 : 1) * Self.weights.count
  }

  // MARK: What is no model

  private func isTraining(_ part: Part) -> Bool {
    let node = tree.nodes[part.node]
    if Self.training.contains(label(part).lowercased()) || node.isOptimizer { return true }
    guard node.tensor == nil else { return false }
    let names = tree.tensors(below: part.node).map(\.name)
    return 2 * names.count(where: Self.isStateName) > names.count
  }

  private static func isStateName(_ name: String) -> Bool {
    states.contains(name.split(separator: ".").last.map(String.init) ?? "")
  }

  /// Whether it is called as averages of the weights are.
  private func isAverage(_ part: Part) -> Bool {
    let words = label(part).lowercased().split { !$0.isLetter }
    return words.contains {
      ["ema", "swa", "averaged", "average", "shadow", "teacher"].contains($0)
    }
  }

  private struct Layout: Equatable {
    var names: [String]
    var shapes: [[Int]?]
  }

  /// Names, without what wrappers put before them, and shapes.
  private func layout(of part: Part) -> Layout {
    let tensors = tree.tensors(below: part.node)
    return Layout(
      names: tensors.map { $0.name.hasPrefix("module.") ? String($0.name.dropFirst(7)) : $0.name },
      shapes: tensors.map(\.tensor.shape))
  }

  private mutating func take(_ parts: [Part], beside main: Part) {
    guard !parts.isEmpty else { return }
    let taken = parts.flatMap(named)
    let names = Set(tensors.map(\.name))
    if taken.contains(where: { names.contains($0.name) }) {
      tensors = tensors.map { ("\(label(main)).\($0.name)", $0.tensor) }
    }
    tensors += taken
    notes.append(
      "\(WeightPlan.list(parts.map(label))), beside \(LoadError.quote(label(main))), "
        + "\(parts.count == 1 ? "is" : "are") read as a part of the model")
  }

  private mutating func leaveOut(averages: [Part], _ others: [Part]) {
    note(
      averages,
      "the names and shapes of the model, and the name of an average of it; it was left out")
    note(others.filter(isState), "what an optimizer keeps; it was left out")
    let rest = others.filter { !isState($0) }
    let most = Self.smallShare * numbers(tensors)
    note(rest.filter { numbers(named($0)) <= most }, "what training keeps; it was left out")
    unread += rest.filter { numbers(named($0)) > most }.map {
      (label($0), tree.nodes[$0.node].tensorCount, Int(numbers(named($0))))
    }
  }

  private mutating func note(_ parts: [Part], _ words: String) {
    guard !parts.isEmpty else { return }
    let count = parts.reduce(0) { $0 + tree.nodes[$1.node].tensorCount }
    notes.append(
      "\(WeightPlan.list(parts.map(label))) (\(count) \(count == 1 ? "tensor" : "tensors")) "
        + "\(parts.count == 1 ? "has" : "have") \(words)")
  }

  /// Whether something has the structure of an optimizer's states.
  private func isState(_ part: Part) -> Bool {
    let node = tree.nodes[part.node]
    if node.isOptimizer { return true }
    if !node.children.isEmpty, node.children.allSatisfy({ tree.nodes[$0.node].isOptimizer }) {
      return true
    }
    return tree.tensors(below: part.node).allSatisfy { Self.isStateName($0.name) }
  }

  /// The count of what may be weights, packed or not: bytes are the state of a generator of random
  /// numbers, and long whole numbers are counters.
  private func numbers(_ tensors: [(name: String, tensor: TensorReading)]) -> Double {
    tensors.reduce(0) { sum, entry in
      switch entry.tensor {
      case .stored(_, .numbers(.uint8), _), .stored(_, .numbers(.int64), _): sum
      default: sum + Double(entry.tensor.count ?? 0)
      }
    }
  }
}
