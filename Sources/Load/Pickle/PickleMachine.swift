/// Reads a pickle without running anything of it.
///
/// A pickle is a program for a stack machine. This one knows all operations of protocols 0 to 5 and
/// does those that build values. What would look up a name or call something leaves a record of it
/// instead (`PickleGlobal`, `PickleObject`): there is nothing in this process that a pickle could
/// call.
///
/// Work and memory are bounded by the number of operations; each is of constant cost, or consumes
/// from the stack as much as it costs.
struct PickleMachine {
  /// What errors call the pickle, and where it is.
  let source: PickleSource
  let limits: LoadLimits.Pickle
  var heap: PickleHeap
  /// Offset of the next operation.
  var position: Int
  /// Operations of all pickles that this machine ran.
  private(set) var operationCount = 0
  var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  init(
    _ bytes: UnsafeRawBufferPointer, source: PickleSource, limits: LoadLimits.Pickle,
    position: Int = 0
  ) {
    self.source = source
    self.limits = limits
    self.position = position
    heap = PickleHeap(bytes)
  }

  /// Runs one pickle from `position` to its STOP, which `position` then is behind.
  ///
  /// - Throws: `.headerMalformed`, `.truncated`, `.limitExceeded`, with the offset.
  mutating func run() throws(LoadError) -> PickleValue {
    (stack, marks, memo) = ([], [], [:])
    while true {
      let start = position
      let byte = try byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw error("0x\(String(byte, radix: 16)) is no operation of a pickle", at: start)
      }
      operationCount += 1
      guard operationCount <= limits.operationCount else {
        throw error(
          "the pickle has more than \(limits.operationCount) operations", .limitExceeded, at: start)
      }
      if opcode == .stop { return try pop() }
      try run(opcode, at: start)
    }
  }

  private mutating func run(_ opcode: PickleOpcode, at start: Int) throws(LoadError) {
    switch opcode {
    case .stop: break
    case .mark: marks.append(stack.count)
    case .pop:
      // POP of a mark is allowed, and takes the mark.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .none, .newTrue, .newFalse, .float, .binFloat, .int, .binInt, .binInt1, .long, .binInt2,
      .long1, .long4:
      stack.append(try number(opcode, at: start))
    case .string, .binString, .shortBinString, .unicode, .binUnicode, .shortBinUnicode,
      .binUnicode8, .binBytes, .shortBinBytes, .binBytes8, .byteArray8:
      stack.append(try text(opcode, at: start))
    case .nextBuffer: stack.append(.opaque)
    case .readOnlyBuffer: _ = try top()
    case .emptyTuple: stack.append(heap.makeTuple([]))
    case .tuple:
      let values = try popToMark()
      stack.append(heap.makeTuple(values))
    case .tuple1, .tuple2, .tuple3:
      let values = try pop(Int(opcode.rawValue - PickleOpcode.tuple1.rawValue) + 1)
      stack.append(heap.makeTuple(values))
    case .frozenSet:
      let values = try popToMark()
      stack.append(heap.makeTuple(values))
    case .emptyList, .emptySet: stack.append(.list(heap.makeList()))
    case .list:
      let values = try popToMark()
      stack.append(.list(heap.makeList(values)))
    case .append:
      let value = try pop()
      try append([value], at: start)
    case .appends, .addItems:
      let values = try popToMark()
      try append(values, at: start)
    case .emptyDict: stack.append(.dictionary(heap.makeDictionary()))
    case .dict:
      let values = try popToMark()
      stack.append(.dictionary(heap.makeDictionary(try pairs(values, at: start))))
    case .setItem:
      let values = try pop(2)
      try set(try pairs(values, at: start), at: start)
    case .setItems:
      let values = try popToMark()
      try set(try pairs(values, at: start), at: start)
    case .get, .binGet, .longBinGet: stack.append(try remembered(opcode, at: start))
    case .put, .binPut, .longBinPut, .memoize: try remember(opcode, at: start)
    case .persistentID, .binPersistentID, .global, .stackGlobal, .ext1, .ext2, .ext4, .reduce,
      .build, .inst, .obj, .newObj, .newObjEx:
      try call(opcode, at: start)
    case .proto: _ = try byte()
    case .frame: _ = try count(bytes: 8, at: start)
    }
  }

  // MARK: The stack

  mutating func pop() throws(LoadError) -> PickleValue {
    guard stack.count > marks.last ?? 0 else { throw underflow }
    return stack.removeLast()
  }

  mutating func pop(_ count: Int) throws(LoadError) -> [PickleValue] {
    guard stack.count - count >= marks.last ?? 0 else { throw underflow }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  mutating func popToMark() throws(LoadError) -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw underflow }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  func top() throws(LoadError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw underflow }
    return value
  }

  private var underflow: LoadError {
    error("the pickle takes more from its stack than is there", at: position - 1)
  }

  // MARK: The memo

  private mutating func remember(_ opcode: PickleOpcode, at start: Int) throws(LoadError) {
    let place: Int
    switch opcode {
    case .binPut: place = Int(try byte())
    case .longBinPut: place = try count(bytes: 4, at: start)
    case .memoize: place = memo.count
    default: place = try lineNumber(at: start)
    }
    memo[place] = try top()
  }

  private mutating func remembered(
    _ opcode: PickleOpcode, at start: Int
  ) throws(LoadError) -> PickleValue {
    let place: Int
    switch opcode {
    case .binGet: place = Int(try byte())
    case .longBinGet: place = try count(bytes: 4, at: start)
    default: place = try lineNumber(at: start)
    }
    guard let value = memo[place] else {
      throw error("the pickle asks for a value it never stored", at: start)
    }
    return value
  }
}
