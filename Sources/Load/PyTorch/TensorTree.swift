/// The parts of what a pickle holds that lead to tensors.
///
/// Every dictionary, list and object is one node, however often it is met: a pickle that holds the same
/// thing a billion times is small here, and one that holds itself ends.
struct TensorTree {
  struct Node {
    /// What leads to the nodes below: a key, a number or an attribute; nil for what adds nothing to a
    /// name.
    var children: [(label: String?, node: Int)] = []
    var tensor: TensorReading?
    /// Tensors here and below, each as often as it has a name.
    var tensorCount = 0
    /// Whether it is an object that is no dictionary: a module, as a rule.
    var isObject = false
    /// Whether it holds what an optimizer saves.
    var isOptimizer = false
  }

  private(set) var nodes: [Node] = []
  private(set) var root = 0
  private let objects: PyTorchObjects
  /// The nodes of what was looked at; nil for what holds no tensors, and while it is looked at.
  private var known: [Int: Int?] = [:]

  private var heap: PickleHeap { objects.heap }

  /// - Throws: `.nestingTooDeep`, `.tooManyTensors`.
  init(of value: PickleValue, objects: PyTorchObjects, file: String) throws(LoadError) {
    self.objects = objects
    do throws(LoadError) {
      if let root = try add(value, depth: 0) {
        self.root = root
      } else {
        nodes = [Node()]
      }
    } catch {
      throw LoadError(error.code, error.message, file: file)
    }
  }

  /// The node of a value, which is added with what is below it; nil where that holds no tensors.
  private mutating func add(_ value: PickleValue, depth: Int) throws(LoadError) -> Int? {
    guard depth < objects.limits.pickle.depth else {
      throw LoadError(
        .nestingTooDeep,
        "the pickle holds things inside one another more than \(objects.limits.pickle.depth) deep")
    }
    if let tensor = objects.tensor(value) {
      nodes.append(Node(tensor: tensor, tensorCount: 1))
      return nodes.count - 1
    }
    guard let key = key(of: value) else { return nil }
    if let node = known[key] { return node }
    known[key] = .some(nil)
    var node = Node()
    var names: Set<String> = []
    for (label, value) in members(of: value) {
      if let label, Self.optimizer.contains(label) { names.insert(label) }
      guard let child = try add(value, depth: depth + 1) else { continue }
      node.children.append((label, child))
      node.tensorCount += nodes[child].tensorCount
      guard node.tensorCount <= objects.limits.tensorCount else {
        throw LoadError(
          .tooManyTensors, "there are more than \(objects.limits.tensorCount) tensors")
      }
    }
    guard node.tensorCount > 0 else { return nil }
    if case .object(let object) = value { node.isObject = !isDictionary(heap.objects[object]) }
    node.isOptimizer = names == Self.optimizer
    nodes.append(node)
    known[key] = nodes.count - 1
    return nodes.count - 1
  }

  /// What an optimizer saves.
  private static let optimizer: Set = ["state", "param_groups"]

  /// A number for each thing that holds others; nil for what holds none.
  private func key(of value: PickleValue) -> Int? {
    switch value {
    case .dictionary(let place): 4 * place
    case .list(let place): 4 * place + 1
    case .object(let place): 4 * place + 2
    case .tuple(let range): range.isEmpty ? nil : 4 * range.lowerBound + 3
    default: nil
    }
  }

  // MARK: Members

  private typealias Member = (label: String?, value: PickleValue)

  /// What Python's modules keep their parts in.
  private static let transparent: Set = ["_parameters", "_buffers", "_modules"]

  private static let dictionaries: Set = [
    "builtins.dict", "__builtin__.dict", "collections.OrderedDict", "collections.defaultdict",
    "collections.Counter",
  ]

  private func isDictionary(_ object: PickleObject) -> Bool {
    heap.name(object.callee).map(Self.dictionaries.contains) ?? false
  }

  private func members(of value: PickleValue) -> [Member] {
    switch value {
    case .dictionary(let place): entries(place)
    case .list(let place): numbered(heap.lists[place][...])
    case .tuple(let range): numbered(heap.items[range])
    case .object(let place): members(of: heap.objects[place])
    default: []
    }
  }

  private func entries(_ place: Int) -> [Member] {
    let entries = heap.dictionaries[place]
    guard entries.contains(where: { key(of: $0.value) != nil }) else { return [] }
    // The last of several values of a key is the one that counts.
    var last: [String: Int] = [:]
    let labels = entries.indices.map { index in
      let key = entries[index].key
      let label = heap.text(key) ?? heap.integer(key).map(String.init) ?? String(index)
      last[label] = index
      return label
    }
    return entries.indices.filter { last[labels[$0]] == $0 }.map {
      (labels[$0], entries[$0].value)
    }
  }

  private func numbered(_ values: ArraySlice<PickleValue>) -> [Member] {
    values.enumerated().filter { key(of: $0.element) != nil }.map {
      (String($0.offset), $0.element)
    }
  }

  private func members(of object: PickleObject) -> [Member] {
    var members: [Member] = []
    if case .call = object.origin {
      if isDictionary(object) {
        // Python 2 gives OrderedDict a list of pairs.
        for pair in heap.sequence(object.arguments)?.last.flatMap({ heap.sequence($0) }) ?? [] {
          guard let pair = heap.sequence(pair).map(Array.init), pair.count == 2 else { continue }
          members.append((heap.text(pair[0]) ?? "", pair[1]))
        }
      } else {
        members += numbered(heap.sequence(object.arguments) ?? [])
      }
    }
    if object.elements >= 0 { members += numbered(heap.lists[object.elements][...]) }
    if object.entries >= 0 { members += entries(object.entries) }
    // What a dictionary carries besides its entries is `_metadata`.
    return isDictionary(object) ? members : members + attributes(object.state)
  }

  /// The attributes of an object: a dictionary, or a pair of that and one of slots.
  private func attributes(_ state: PickleValue) -> [Member] {
    switch state {
    case .dictionary(let place):
      entries(place).map { (Self.transparent.contains($0.label ?? "") ? nil : $0.label, $0.value) }
    case .tuple(let range):
      heap.items[range].enumerated().flatMap { part -> [Member] in
        if case .dictionary = part.element { return attributes(part.element) }
        return [(String(part.offset), part.element)]
      }
    default: []
    }
  }
}

extension TensorTree {
  /// The tensors at and below a node, with their names from there on.
  func tensors(below place: Int, prefix: String = "") -> [(name: String, tensor: TensorReading)] {
    let node = nodes[place]
    if let tensor = node.tensor { return [(prefix, tensor)] }
    return node.children.flatMap { label, child in
      tensors(
        below: child,
        prefix: label.map { prefix.isEmpty ? $0 : "\(prefix).\($0)" } ?? prefix)
    }
  }
}
