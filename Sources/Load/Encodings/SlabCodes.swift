/// Half-quadratic quantisation.
enum HQQ: PackingScheme { static let name = "HQQ" }

/// Codes of three values, scaled by one number.
enum BitNet: PackingScheme { static let name = "BitNet" }

/// Whole numbers of which a tensor's first part lies in some bits of the words, the next in the bits
/// beside, and so on: each word holds one code of each part.
///
/// Stored: words, scales, and where they are stored zero points.
/// - Numerics: (q − z) · s in float32, or (q − z) / s.
/// - Source: hqq, `bitpack.py`, `quantize.py`; Transformers, `integrations/bitnet.py`.
struct SlabCodes<Scheme: PackingScheme>: TensorDecoding {
  static var name: String { Scheme.name }

  /// Bits of a code in its word.
  let bits: Int
  /// Words, each with a code of every slab.
  let slab: Int
  /// Bytes of a word.
  let wordBytes: Int
  /// The lowest bit of each slab's codes.
  let shifts: [Int]
  /// The codes in the order in which scales repeat.
  let scales: Scales
  let zero: Zero
  /// Bits that the codes use, and neighbours along the inputs that share a scale.
  let gridBits: Int
  let group: Int?

  /// Which scale is whose: `count` scales, each for so many neighbours (`run`), over and over.
  struct Scales: Sendable {
    var count: Int
    var run: Int
    var type: ElementType
    var divides: Bool
  }

  enum Zero: Sendable {
    case constant(Float)
    case stored(ElementType)
  }

  var granule: Int { 1 }

  var codeChoice: CodeChoice { .nearest }

  var precision: Precision { .grid(bits: gridBits, group: group) }

  /// Within one slab, and within one round of the scales.
  var largestRange: Int? { isRepeated ? scales.count * scales.run : slab }

  /// Scales of fewer elements than this are all read, again and again.
  private static var smallRound: Int { 4096 }

  private var isRepeated: Bool {
    let round = scales.count * scales.run
    return round >= Self.smallRound && slab.isMultiple(of: round)
  }

  private func places(of elements: Range<Int>) -> Range<Int> {
    guard scales.count > 1 else { return 0..<1 }
    let first = elements.lowerBound / scales.run
    let count = (elements.upperBound - 1) / scales.run - first + 1
    let start = first % scales.count
    return start + count <= scales.count ? start..<start + count : 0..<scales.count
  }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    guard !elements.isEmpty else { return [0..<0, 0..<0] }
    let start = elements.lowerBound % slab
    let words =
      start + elements.count <= slab ? start..<start + elements.count : 0..<slab
    let places = places(of: elements)
    func bytes(_ type: ElementType) -> Range<Int> {
      places.lowerBound * type.bitWidth / 8..<places.upperBound * type.bitWidth / 8
    }
    let ranges = [
      words.lowerBound * wordBytes..<words.upperBound * wordBytes, bytes(scales.type),
    ]
    if case .stored(let type) = zero { return ranges + [bytes(type)] }
    return ranges
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    guard !elements.isEmpty else { return }
    let origin = storedBytes(of: elements)[0].lowerBound / wordBytes
    let mask = UInt32(1) << UInt32(bits) - 1
    for run in RowRuns(elements, rowLength: slab) {
      let (shift, own) = (UInt32(shifts[run.row]), target + run.offset)
      let first = run.columns.lowerBound - origin
      if wordBytes == 1 {
        for index in 0..<run.columns.count {
          own[index] = Float(UInt32(stored[0][first + index]) >> shift & mask)
        }
      } else {
        for index in 0..<run.columns.count {
          let word = UInt32(
            littleEndian: stored[0].loadUnaligned(
              fromByteOffset: 4 * (first + index), as: UInt32.self))
          own[index] = Float(word >> shift & mask)
        }
      }
    }
    let first = places(of: elements).lowerBound
    var start = elements.lowerBound
    while start < elements.upperBound {
      let end =
        scales.count > 1
        ? min((start / scales.run + 1) * scales.run, elements.upperBound) : elements.upperBound
      let place = scales.count > 1 ? start / scales.run % scales.count - first : 0
      let scale = scales.type.float(at: place, of: stored[1])
      var zero: Float = 0
      switch self.zero {
      case .constant(let value): zero = value
      case .stored(let type): zero = type.float(at: place, of: stored[2])
      }
      for element in start..<end {
        let index = element - elements.lowerBound
        let value = target[index] - zero
        target[index] = scales.divides ? value / scale : value * scale
      }
      start = end
    }
  }
}
