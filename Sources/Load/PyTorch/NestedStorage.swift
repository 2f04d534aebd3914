/// A storage that was pickled by itself: what `torch.save` writes, as bytes within a pickle.
struct NestedStorage {
  let contents: Result<(type: PyTorchType, bytes: StorageBytes), LoadError>
  /// What loading it would mean.
  let problems: [LoadProblem]

  /// Reads all storages within a pickle, by where their bytes start.
  ///
  /// Loading a pickle loads those too, whether a tensor is made of them or not.
  static func all(
    of heap: PickleHeap, in pickle: StorageBytes?, limits: LoadLimits
  ) -> [Int: NestedStorage] {
    var found: [Int: NestedStorage] = [:]
    for object in heap.objects where heap.name(object.callee) == PyTorchCallee.storage.rawValue {
      guard let pickle, case .bytes(let range)? = heap.sequence(object.arguments)?.first,
        found[range.lowerBound] == nil
      else { continue }
      found[range.lowerBound] = NestedStorage(range, of: heap, in: pickle, limits: limits)
    }
    return found
  }

  /// Whether a pickle within the pickle is not among those that were found: its bytes are made by
  /// the pickle, or it is compressed.
  static func isHidden(in heap: PickleHeap, found: [Int: NestedStorage]) -> Bool {
    heap.objects.contains { object in
      guard heap.name(object.callee) == PyTorchCallee.storage.rawValue else { return false }
      guard case .bytes(let range)? = heap.sequence(object.arguments)?.first else { return true }
      return found[range.lowerBound] == nil
    }
  }

  private init(
    _ range: Range<Int>, of heap: PickleHeap, in pickle: StorageBytes, limits: LoadLimits
  ) {
    do throws(LoadError) {
      let file = try LegacyFile(
        UnsafeRawBufferPointer(rebasing: heap.bytes[range]), in: pickle.source,
        offset: pickle.range.lowerBound + range.lowerBound, limits: limits)
      let heap = file.machine.heap
      guard let object = heap.object(file.root), let id = PersistentStorage(object, heap) else {
        throw LoadError(.headerMalformed, "has a storage of a kind that is not known")
      }
      contents = .success((id.type, try file.storages.bytes(of: id.key)))
      problems = file.machine.problems()
    } catch {
      contents = .failure(error)
      problems = [
        LoadProblem(
          .callingPickle, PathName.name(of: pickle.source.path),
          "calls \(PyTorchCallee.storage.rawValue) with a pickle that cannot be followed: "
            + error.message)
      ]
    }
  }
}
