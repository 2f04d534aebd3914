/// One tensor of a TFLite model.
struct TFLiteWeight {
  let tensor: Tensor

  init(_ tensor: Tensor) { self.tensor = tensor }

  /// - Parameter name: the one that it is to have.
  init(_ found: TFLiteModel.Tensor, in source: any ByteSource, named name: String) {
    let shape = Self.shape(of: found)
    func array(_ range: Range<Int>, _ type: ElementType, _ shape: [Int]) -> StoredArray {
      StoredArray(
        name: name, elementType: type, shape: shape,
        storage: RangeStorage(file: source, range: range, tensor: name))
    }
    let plain = found.isSparse ? nil : found.type.elementType
    // Codes narrower than a byte, and what is not read, are bytes.
    var stored = [
      plain.map { array(found.bytes, $0, shape) }
        ?? array(found.bytes, .uint8, [found.bytes.count])
    ]
    var decoding = Tensor.Decoding.plain
    if found.isSparse {
      decoding = .undecoded(scheme: "TFLite sparse")
    } else if found.use?.isShuffled ?? false {
      decoding = .undecoded(scheme: "TFLite shuffled")
    } else if let scales = found.scales, found.type.codes != nil {
      stored.append(array(scales, .float32, [scales.count / 4]))
      if let zeros = found.zeros { stored.append(array(zeros, .int64, [zeros.count / 8])) }
      decoding =
        Self.decoding(found, shape).map { .encoded($0) }
        ?? .undecoded(scheme: "TFLite \(found.type)")
    } else if plain.map({ !$0.isDecoded }) ?? true {
      decoding = .undecoded(scheme: plain?.rawValue ?? "TFLite \(found.type)")
    }
    tensor = Tensor(
      name: name, shape: shape, axisOrder: Self.axisOrder(found, shape),
      stored: stored, decoding: decoding)
  }

  /// Depthwise filters `[1, height, width, channels · multiplier]` as Keras has them, `[height, width,
  /// channels, multiplier]`; others as they are.
  private static func shape(of found: TFLiteModel.Tensor) -> [Int] {
    guard let use = found.use, use.operation == .depthwise, use.parameter != "bias",
      found.shape.count == 4, found.shape[0] == 1, use.multiplier > 0,
      found.shape[3].isMultiple(of: use.multiplier)
    else { return found.shape }
    return [
      found.shape[1], found.shape[2], found.shape[3] / use.multiplier, use.multiplier,
    ]
  }

  private static func axisOrder(_ found: TFLiteModel.Tensor, _ shape: [Int]) -> AxisOrder {
    switch found.use?.operation {
    case .depthwise: shape != found.shape ? .outputLastByChannel : .outputFirst
    case .convolution: shape.count == 4 ? .inputLast : .outputFirst
    case .transposedConvolution: shape.count == 4 ? .inputLastTransposed : .outputFirst
    case .convolution3D, .transposedConvolution3D:
      shape.count == 5 ? .outputLast : .outputFirst
    case .batchMatrices:
      shape.count == 2 && found.use?.isTurned == false ? .outputLast : .outputFirst
    default: .outputFirst
    }
  }

  /// Nil where scales do not fit the extents.
  private static func decoding(_ found: TFLiteModel.Tensor, _ shape: [Int]) -> AffineCodes? {
    guard let scales = found.scales, let codes = found.type.codes else { return nil }
    let count = scales.count / 4
    guard found.zeros.map({ $0.count / 8 == count }) ?? true else { return nil }
    var blocks = shape.isEmpty ? [1] : shape
    let extents = blocks
    if count != 1 {
      guard found.shape.indices.contains(found.scaleAxis), found.shape[found.scaleAxis] == count
      else { return nil }
      if shape == found.shape {
        blocks[found.scaleAxis] = 1
      } else {
        // The last axis has become two.
        guard found.scaleAxis == 3 else { return nil }
        (blocks[2], blocks[3]) = (1, 1)
      }
    }
    return ScaleGrid(shape: extents, block: blocks, scaleType: .float32).map {
      AffineCodes(
        codes: codes, grid: $0, zeros: found.zeros == nil ? nil : .signed(bits: 64), group: nil)
    }
  }
}
