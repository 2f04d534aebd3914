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
    /// UTF-8 bytes of their names from here on.
    var nameByteCount = 0
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
  private var memberCount = 0
  private var labelByteCount = 0

  private var heap: PickleHeap { objects.heap }

  /// - Throws: `.nestingTooDeep`, `.tooManyTensors`, `.limitExceeded`.
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
    guard let key = key(of: value) else { return nil }
    if let node = known[key] { return node }
    if let tensor = objects.tensor(value) {
      nodes.append(Node(tensor: tensor, tensorCount: 1))
      known[key] = nodes.count - 1
      return nodes.count - 1
    }
    known[key] = .some(nil)
    var node = Node()
    var names: Set<String> = []
    for (label, value) in try members(of: value) {
      if let label, Self.optimizer.contains(label) { names.insert(label) }
      guard let child = try add(value, depth: depth + 1) else { continue }
      node.children.append((label, child))
      node.tensorCount += nodes[child].tensorCount
      node.nameByteCount +=
        nodes[child].nameByteCount + nodes[child].tensorCount * (1 + (label?.utf8.count ?? 0))
      guard node.nameByteCount <= objects.limits.pickle.tensorNamesByteCount else {
        throw longNames
      }
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

  private var longNames: LoadError {
    LoadError(.limitExceeded, "the names of the tensors are too long together")
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

  /// Counts what is looked at: many objects may have one dictionary for their state.
  private mutating func look(at count: Int) throws(LoadError) {
    memberCount += count
    guard memberCount <= objects.limits.pickle.memberCount else {
      throw LoadError(.limitExceeded, "the pickle leads to the same things too often")
    }
  }

  private mutating func members(of value: PickleValue) throws(LoadError) -> [Member] {
    switch value {
    case .dictionary(let place): try entries(place)
    case .list(let place): try numbered(heap.lists[place][...])
    case .tuple(let range): try numbered(heap.items[range])
    case .object(let place): try members(of: heap.objects[place])
    default: []
    }
  }

  private mutating func entries(_ place: Int) throws(LoadError) -> [Member] {
    let entries = heap.dictionaries[place]
    try look(at: entries.count)
    guard entries.contains(where: { key(of: $0.value) != nil }) else { return [] }
    // The last of several values of a key is the one that counts.
    var last: [String: Int] = [:]
    var labels: [String] = []
    for (index, entry) in entries.enumerated() {
      let label = heap.text(entry.key) ?? heap.integer(entry.key).map(String.init) ?? String(index)
      labelByteCount += label.utf8.count
      guard labelByteCount <= objects.limits.pickle.tensorNamesByteCount else { throw longNames }
      last[label] = index
      labels.append(label)
    }
    return entries.indices.filter { last[labels[$0]] == $0 }.map {
      (labels[$0], entries[$0].value)
    }
  }

  private mutating func numbered(
    _ values: ArraySlice<PickleValue>
  ) throws(LoadError) -> [Member] {
    try look(at: values.count)
    return values.enumerated().filter { key(of: $0.element) != nil }.map {
      (String($0.offset), $0.element)
    }
  }

  private mutating func members(of object: PickleObject) throws(LoadError) -> [Member] {
    var members: [Member] = []
    if case .call = object.origin {
      if isDictionary(object) {
        // Python 2 gives OrderedDict a list of pairs.
        let pairs = heap.sequence(object.arguments)?.last.flatMap { heap.sequence($0) } ?? []
        try look(at: pairs.count)
        for pair in pairs {
          guard let pair = heap.arguments(pair), pair.count == 2 else { continue }
          members.append((heap.text(pair[0]) ?? "", pair[1]))
        }
      } else {
        members += try numbered(heap.sequence(object.arguments) ?? [])
      }
    }
    if object.elements >= 0 { members += try numbered(heap.lists[object.elements][...]) }
    if object.entries >= 0 { members += try entries(object.entries) }
    // What a dictionary carries besides its entries is `_metadata`.
    if !isDictionary(object) { members += try attributes(object.state) }
    return members
  }

  /// The attributes of an object: a dictionary, or a pair of that and one of slots.
  private mutating func attributes(_ state: PickleValue) throws(LoadError) -> [Member] {
    switch state {
    case .dictionary(let place):
      return try entries(place).map {
        (Self.transparent.contains($0.label ?? "") ? nil : $0.label, $0.value)
      }
    case .tuple(let range):
      var members: [Member] = []
      try look(at: range.count)
      for case .dictionary(let place) in heap.items[range] { members += try entries(place) }
      return try members + numbered(heap.items[range].filter { !isDictionary($0) }[...])
    default: return []
    }
  }

  private func isDictionary(_ value: PickleValue) -> Bool {
    if case .dictionary = value { true } else { false }
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
