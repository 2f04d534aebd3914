extension PickleMachine {
  func pairs(
    _ values: [PickleValue], at start: Int
  ) throws(LoadError) -> [(key: PickleValue, value: PickleValue)] {
    guard values.count.isMultiple(of: 2) else {
      throw error("the pickle has a key without a value", at: start)
    }
    return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
  }

  /// Puts values into the list, or what stands for a list, at the top of the stack.
  mutating func append(_ values: [PickleValue], at start: Int) throws(LoadError) {
    switch try top() {
    case .list(let place): heap.lists[place] += values
    case .object(let place):
      if heap.objects[place].elements < 0 { heap.objects[place].elements = heap.makeList() }
      heap.lists[heap.objects[place].elements] += values
    default: throw error("the pickle appends to what is no list", at: start)
    }
  }

  /// Puts entries into the dictionary, or what stands for one, at the top of the stack.
  mutating func set(
    _ entries: [(key: PickleValue, value: PickleValue)], at start: Int
  ) throws(LoadError) {
    switch try top() {
    case .dictionary(let place): heap.dictionaries[place] += entries
    case .object(let place):
      if heap.objects[place].entries < 0 { heap.objects[place].entries = heap.makeDictionary() }
      heap.dictionaries[heap.objects[place].entries] += entries
    default: throw error("the pickle sets an entry of what is no dictionary", at: start)
    }
  }
}
