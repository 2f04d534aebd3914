extension PickleMachine {
  /// Whether bytes start as a pickle does: with operations up to where the bytes or the pickle end.
  ///
  /// Protocols 2 to 5 start with their number. Older ones start with nothing that would tell them
  /// from text: they count where they name something of a module, by what may be a name.
  static func isStart(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 3 else { return false }
    let isNumbered = bytes[0] == 0x80 && (2...5).contains(bytes[1])
    guard isNumbered || oldStarts.contains(bytes[0]) else { return false }
    var machine = PickleMachine(
      bytes, source: PickleSource(file: ""), limits: LoadLimits.standard.pickle)
    do throws(LoadError) {
      _ = try machine.run()
    } catch {
      // A pickle that is cut short is damaged, and still one.
      guard error.code == .truncated else { return false }
    }
    return isNumbered || machine.operationCount > 3 && machine.namesSomething
  }

  /// MARK, GLOBAL, EMPTY_DICT, EMPTY_LIST.
  private static let oldStarts: Set<UInt8> = [0x28, 0x63, 0x7D, 0x5D]

  private var namesSomething: Bool {
    !heap.globals.isEmpty
      && heap.globals.allSatisfy { global in
        global.fullName.unicodeScalars.allSatisfy {
          $0 == "_" || $0 == "." || $0.properties.isAlphabetic || ("0"..."9").contains($0)
        }
      }
  }
}
