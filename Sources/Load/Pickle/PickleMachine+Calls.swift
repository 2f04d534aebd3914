extension PickleMachine {
  /// The operations that would look up or call something: they leave a record of it.
  mutating func call(_ opcode: PickleOpcode, at start: Int) throws(LoadError) {
    switch opcode {
    case .persistentID:
      let line = try line(at: start)
      make(.persistent, callee: .none, arguments: .text(line))
    case .binPersistentID:
      let id = try pop()
      make(.persistent, callee: .none, arguments: id)
    case .global:
      let module = string(try line(at: start))
      stack.append(try global(module, string(try line(at: start)), by: opcode, at: start))
    case .stackGlobal:
      let names = try pop(2)
      guard let module = heap.text(names[0]), let name = heap.text(names[1]) else {
        throw error("the pickle names a module by what is no text", at: start)
      }
      stack.append(try global(module, name, by: opcode, at: start))
    case .ext1, .ext2, .ext4:
      // The loading program's own registry says what a number stands for.
      let width = opcode == .ext1 ? 1 : opcode == .ext2 ? 2 : 4
      let code = try count(bytes: width, at: start)
      stack.append(try global("copyreg.extension", String(code), by: opcode, at: start))
    case .reduce, .newObj:
      let parts = try pop(2)
      record(callOf: parts[0], by: opcode, at: start)
      make(.call, callee: parts[0], arguments: parts[1])
    case .newObjEx:
      let parts = try pop(3)
      record(callOf: parts[0], by: opcode, at: start)
      make(.call, callee: parts[0], arguments: parts[1])
    case .inst:
      let module = string(try line(at: start))
      let callee = try global(module, string(try line(at: start)), by: opcode, at: start)
      let arguments = heap.makeTuple(try popToMark())
      record(callOf: callee, by: opcode, at: start)
      make(.call, callee: callee, arguments: arguments)
    case .obj:
      let parts = try popToMark()
      guard let callee = parts.first else {
        throw error("the pickle makes an object of no class", at: start)
      }
      let arguments = heap.makeTuple(parts.dropFirst())
      record(callOf: callee, by: opcode, at: start)
      make(.call, callee: callee, arguments: arguments)
    default: try build(at: start)
    }
  }

  private mutating func build(at start: Int) throws(LoadError) {
    let state = try pop()
    switch try top() {
    case .object(let place):
      heap.objects[place].state = state
      // `__setstate__` of whatever class it is.
      record(callOf: heap.objects[place].callee, by: .build, at: start)
    case let target: record(callOf: target, by: .build, at: start)
    }
  }

  private mutating func make(
    _ origin: PickleObject.Origin, callee: PickleValue, arguments: PickleValue
  ) {
    heap.objects.append(PickleObject(origin: origin, callee: callee, arguments: arguments))
    stack.append(.object(heap.objects.count - 1))
  }

  /// The first call of each global counts: it is where loading would go wrong.
  private mutating func record(callOf callee: PickleValue, by opcode: PickleOpcode, at start: Int) {
    var callee = callee
    // Whole modules of old files stand for their class: `('module', class, file, source)`.
    if let object = heap.object(callee), case .persistent = object.origin,
      let id = heap.sequence(object.arguments), id.count > 1
    {
      callee = id[id.startIndex + 1]
    }
    guard case .global(let place) = callee, heap.globals[place].called == nil else { return }
    heap.globals[place].called = .init(opcode: opcode, offset: start)
  }

  private mutating func global(
    _ module: String, _ name: String, by opcode: PickleOpcode, at start: Int
  ) throws(LoadError) -> PickleValue {
    guard module.utf8.count <= limits.nameByteCount, name.utf8.count <= limits.nameByteCount else {
      throw error(
        "the pickle names something in more than \(limits.nameByteCount) bytes", .limitExceeded,
        at: start)
    }
    let fullName = "\(module).\(name)"
    if let place = heap.globalPlaces[fullName] { return .global(place) }
    guard heap.globals.count < limits.globalCount else {
      throw error(
        "the pickle names more than \(limits.globalCount) things", .limitExceeded, at: start)
    }
    heap.globalPlaces[fullName] = heap.globals.count
    heap.globals.append(
      PickleGlobal(module: module, name: name, named: .init(opcode: opcode, offset: start)))
    return .global(heap.globals.count - 1)
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: heap.bytes[range]), as: UTF8.self)
  }
}
