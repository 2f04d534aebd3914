/// bitsandbytes' four bits: pairs of codes in bytes, the first in the high bits, which are places in
/// a table of 16 values (NF4, FP4), times the largest magnitude of each block of the flat weight.
///
/// Magnitudes may be codes of eight bits themselves (`nested`), places in a table of 256 values times
/// one of a block of theirs, plus a constant.
///
/// Stored: codes, magnitudes, table, and of nested ones their magnitudes and table.
/// - Numerics: one product in float32, after one product and one sum.
/// - Source: bitsandbytes, `functional.py` (`QuantState`), `backends/default/ops.py`.
struct BitsAndBytes4: TensorDecoding {
  static let name = "bitsandbytes 4 bit"

  /// Elements that share a magnitude.
  let block: Int
  let magnitudeType: ElementType
  let nested: Nested?
  /// Bytes of the text that says so, which is stored last; 0 where there is none.
  let stateBytes: Int

  struct Nested: Sendable {
    /// Magnitudes that share one of theirs.
    var block: Int
    var offset: Float
  }

  static let tableCount = 16

  /// The tables that readers have where files have none.
  ///
  /// - Source: bitsandbytes, `functional.py`; ONNX Runtime, `blockwise_quant_block_bnb4.h`.
  enum Table: Int {
    case fp4 = 0
    case nf4 = 1

    var values: [Float] {
      switch self {
      case .fp4: Self.magnitudes + Self.magnitudes.map { -$0 }
      case .nf4:
        [
          -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
          -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
          0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
          0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
        ]
      }
    }

    private static let magnitudes: [Float] = [
      0, 5.208333333e-03, 0.66666667, 1, 0.33333333, 0.5, 0.16666667, 0.25,
    ]

    var bytes: [UInt8] {
      values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
      }
    }
  }
  static let nestedTableCount = 256

  var granule: Int { 1 }

  var codeChoice: CodeChoice { .nearest }

  var precision: Precision { .grid(bits: 4, group: block) }

  var spacing: LevelSpacing { .table(group: block) }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    let blocks = blocks(of: elements, size: block)
    let width = magnitudeType.bitWidth / 8
    let ranges = [
      elements.lowerBound / 2..<(elements.upperBound + 1) / 2,
      blocks.lowerBound * width..<blocks.upperBound * width,
      0..<4 * Self.tableCount,
    ]
    guard let nested else { return ranges }
    let outer = self.blocks(of: blocks, size: nested.block)
    return ranges + [4 * outer.lowerBound..<4 * outer.upperBound, 0..<4 * Self.nestedTableCount]
  }

  func bytesBeside(_ elements: Range<Int>) -> [Range<Int>] {
    storedBytes(of: elements).dropFirst() + (stateBytes > 0 ? [0..<stateBytes] : [])
  }

  private func blocks(of range: Range<Int>, size: Int) -> Range<Int> {
    range.isEmpty ? 0..<0 : range.lowerBound / size..<(range.upperBound - 1) / size + 1
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    let codes = stored[0]
    let firstByte = elements.lowerBound / 2
    let blocks = blocks(of: elements, size: block)
    let outer = nested.map { self.blocks(of: blocks, size: $0.block).lowerBound } ?? 0
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.tableCount) { table in
      for code in 0..<Self.tableCount {
        table[code] = ElementType.float32.float(at: code, of: stored[2])
      }
      for block in blocks {
        let index = block - blocks.lowerBound
        var magnitude = magnitudeType.float(at: index, of: stored[1])
        if let nested {
          magnitude =
            ElementType.float32.float(at: Int(stored[1][index]), of: stored[4])
            * ElementType.float32.float(at: block / nested.block - outer, of: stored[3])
            + nested.offset
        }
        let own = (block * self.block..<(block + 1) * self.block).clamped(to: elements)
        for element in own {
          let pair = codes[element / 2 - firstByte]
          let code = element.isMultiple(of: 2) ? pair >> 4 : pair & 15
          target[element - elements.lowerBound] = table[Int(code)] * magnitude
        }
      }
    }
  }
}
