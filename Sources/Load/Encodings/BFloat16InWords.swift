/// bfloat16 numbers that call themselves 16-bit whole numbers, as frameworks without the type store
/// them (PaddlePaddle).
enum BFloat16InWords {
  /// Values of the largest array that are looked at.
  private static let sampleCount = 4096
  /// Share of the sample that must have the size of weights; of whole numbers below 2^14, read so,
  /// none has.
  private static let leastShare = 0.95

  /// Reads the `U16` arrays of a checkpoint as bfloat16 if its configuration calls them so or their
  /// bits can be nothing else.
  static func read(_ tensors: [Tensor], config: JSONValue?) -> [Tensor] {
    let words = tensors.filter { $0.elementType == .uint16 && $0.isPlain && $0.elementCount > 0 }
    guard let largest = words.max(by: { $0.elementCount < $1.elementCount }),
      isStated(config) && isMost(words, of: tensors) || looksLikeWeights(largest)
    else { return tensors }
    return tensors.map { tensor in
      guard tensor.elementType == .uint16, tensor.isPlain else { return tensor }
      return Tensor(
        name: tensor.name, elementType: .bfloat16, shape: tensor.shape,
        axisOrder: tensor.axisOrder, storage: tensor.stored[0].storage)
    }
  }

  private static func isMost(_ part: [Tensor], of all: [Tensor]) -> Bool {
    func count(_ tensors: [Tensor]) -> Double {
      tensors.reduce(0) { $0 + Double($1.elementCount) }
    }
    return 2 * count(part) > count(all)
  }

  private static func isStated(_ config: JSONValue?) -> Bool {
    ["torch_dtype", "dtype"].contains { key in
      [config?[key], config?["text_config"]?[key]].contains { value in
        value?.string.map { $0 == "bfloat16" || $0 == "torch.bfloat16" } ?? false
      }
    }
  }

  /// Whether most values, spread over the array, are between 2^-40 and 2^10 or zero, of both signs.
  private static func looksLikeWeights(_ tensor: Tensor) -> Bool {
    let count = min(sampleCount, tensor.elementCount)
    let start = (tensor.elementCount - count) / 2
    let found = try? tensor.withBytes(of: start..<start + count, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in
      var (fitting, negative) = (0, 0)
      for index in 0..<count {
        let word = UInt16(
          littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        let exponent = Int(word >> 7 & 0xff) - 127
        if (-40...10).contains(exponent) {
          fitting += 1
          if word >> 15 == 1 { negative += 1 }
        }
      }
      return Double(fitting) >= leastShare * Double(count)
        && (1...9).contains(10 * negative / max(fitting, 1))
    }
    return found ?? false
  }
}
