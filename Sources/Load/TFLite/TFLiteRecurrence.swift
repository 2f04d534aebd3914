/// An LSTM layer that is one operation, each of whose gates has tensors of its own.
///
/// One behind the other, in the order of the operation's inputs, they are the arrays of Keras and of
/// PyTorch: gates of input, forget, cell and output, `kernel [4 · units, in]`,
/// `recurrent_kernel [4 · units, units]` and `bias [4 · units]`.
///
/// - Source: `tensorflow/lite/kernels/lstm_shared.h` and `unidirectional_sequence_lstm.cc`.
struct TFLiteRecurrence {
  /// The tensors of a graph that are a layer's gates.
  struct Operands {
    /// Kernels, those of the state, biases: four of each.
    let parts: [[Int]]
    let result: String?

    /// Nil for layers that have other gates besides (peepholes, projections, norms), or fewer.
    init?(_ inputs: [Int], result: String?) {
      guard inputs.count >= 20 else { return nil }
      let others = Array(9...11) + [16, 17] + (20..<max(20, min(24, inputs.count)))
      let gates = Array(1...8) + Array(12...15)
      guard gates.allSatisfy({ inputs[$0] >= 0 }), others.allSatisfy({ inputs[$0] < 0 }) else {
        return nil
      }
      parts = [Array(inputs[1...4]), Array(inputs[5...8]), Array(inputs[12...15])]
      self.result = result
    }
  }

  struct Part {
    var name: String
    /// Equal in type, extents and form of their scales.
    var gates: [TFLiteModel.Tensor]
  }

  let parts: [Part]

  static let parameters = ["kernel", "recurrent_kernel", "bias"]

  /// Nil unless all gates have numbers, and extents that go with each other.
  init?(_ operands: Operands, _ found: [[TFLiteModel.Tensor]], number: Int) {
    guard found.count == 3, found.allSatisfy({ $0.count == 4 }),
      let units = found[0][0].shape.first, units > 0, found[0][0].shape.count == 2,
      found[1][0].shape == [units, units], found[2][0].shape == [units]
    else { return nil }
    for gates in found {
      let first = gates[0]
      guard first.type.elementType != nil, (4 * units).multipliedIfCounted(by: units) != nil,
        gates.allSatisfy({ $0.isInFormOf(first) })
      else { return nil }
    }
    let layer = TFLiteNames.layer(operands.result) ?? "lstm_\(number)"
    parts = zip(Self.parameters, found).map { parameter, gates in
      Part(name: "\(layer)/lstm_cell/\(parameter)", gates: gates)
    }
  }
}

extension TFLiteModel.Tensor {
  /// Whether its numbers can be read together with another's.
  fileprivate func isInFormOf(_ other: Self) -> Bool {
    type == other.type && shape == other.shape && !isSparse
      && scales?.count == other.scales?.count && zeros?.count == other.zeros?.count
      && scaleAxis == other.scaleAxis && (scales == nil || hasScalesByRow)
      && (type.elementType?.isDecoded ?? false || scales != nil)
  }

  /// Whether there is one scale, or one for each row, and as many zero points if any.
  private var hasScalesByRow: Bool {
    guard let scales, type.codes != nil else { return false }
    let count = scales.count / 4
    return (count == 1 || scaleAxis == 0 && count == shape.first)
      && (zeros == nil || zeros?.count == 8 * count)
  }
}

extension TFLiteWeight {
  /// The gates of a part of a layer, one behind the other.
  init(_ part: TFLiteRecurrence.Part, in source: any ByteSource, named name: String) {
    let (gates, first) = (part.gates, part.gates[0])
    func joined(
      _ ranges: [Range<Int>], _ type: ElementType, _ shape: [Int]
    ) -> StoredArray {
      StoredArray(
        name: name, elementType: type, shape: shape,
        storage: SequenceStorage(
          ranges.map { (RangeStorage(file: source, range: $0, tensor: name), $0.count) }))
    }
    let shape = [gates.count * first.shape[0]] + first.shape.dropFirst()
    let type = first.type.elementType ?? .uint8
    var stored = [joined(gates.map(\.bytes), type, shape)]
    var decoding = Tensor.Decoding.plain
    let (scales, zeros) = (gates.compactMap(\.scales), gates.compactMap(\.zeros))
    if let codes = first.type.codes, let own = scales.first {
      let count = gates.count * own.count / 4
      stored.append(joined(scales, .float32, [count]))
      if !zeros.isEmpty { stored.append(joined(zeros, .int64, [count])) }
      let block = [own.count == 4 ? first.shape[0] : 1] + first.shape.dropFirst()
      decoding =
        ScaleGrid(shape: shape, block: block, scaleType: .float32).map {
          .encoded(
            AffineCodes(
              codes: codes, grid: $0, zeros: zeros.isEmpty ? nil : .signed(bits: 64), group: nil))
        } ?? .undecoded(scheme: "TFLite \(first.type)")
    }
    self.init(Tensor(name: name, shape: shape, stored: stored, decoding: decoding))
  }
}
