/// A run of numbers as ggml stores it: so many numbers in so many bytes, with their scales.
///
/// One type, and one file, per type of block; `GGUFTensorType` lists them with their ids.
///
/// - Source: `ggml-common.h` and `ggml-quants.c` of ggml, and `gguf/quants.py` of its Python package,
///   whose order of operations in float32 is kept, so that the numbers are the same bit for bit.
protocol GGUFBlock: Sendable {
  /// What ggml and its users call the type: `Q4_K`.
  static var name: String { get }
  /// Numbers of a block; rows are whole blocks.
  static var elements: Int { get }
  static var bytes: Int { get }
  static var precision: Precision { get }
  static var spacing: LevelSpacing { get }
  static var codeChoice: CodeChoice { get }

  /// Decodes blocks that lie one behind the other.
  ///
  /// - Parameters:
  ///   - source: `count · bytes` bytes, any alignment.
  ///   - target: room for `count · elements` floats.
  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>)
}

/// A tensor of blocks of one type.
struct GGUFBlocks<Block: GGUFBlock>: TensorDecoding {
  static var name: String { Block.name }

  var granule: Int { Block.elements }

  var precision: Precision { Block.precision }

  var spacing: LevelSpacing { Block.spacing }

  var codeChoice: CodeChoice { Block.codeChoice }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    [Block.storedBytes(of: elements)]
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    Block.decode(elements, from: stored[0], into: target)
  }
}

extension GGUFBlock {
  static var spacing: LevelSpacing { LevelSpacing(precision) }

  static var codeChoice: CodeChoice { .nearest }

  /// The bytes of the blocks that hold a range of elements.
  static func storedBytes(of elements: Range<Int>) -> Range<Int> {
    guard !elements.isEmpty else { return 0..<0 }
    let first = elements.lowerBound / self.elements
    let last = (elements.upperBound - 1) / self.elements
    return first * bytes..<(last + 1) * bytes
  }

  /// Decodes whole blocks, as many as there are bytes for.
  static func decode(
    _ elements: Range<Int>, from stored: UnsafeRawBufferPointer,
    into target: UnsafeMutablePointer<Float>
  ) {
    let count = min(elements.count / self.elements, stored.count / bytes)
    guard count > 0, let base = stored.baseAddress else { return }
    decode(count, from: base, into: target)
  }
}

/// The encodings of GGUF files that are decoded.
enum GGUFEncodings {
  static let all: [any TensorDecoding.Type] = [
    GGUFBlocks<Q4Zero>.self, GGUFBlocks<Q4One>.self, GGUFBlocks<Q5Zero>.self,
    GGUFBlocks<Q5One>.self, GGUFBlocks<Q8Zero>.self, GGUFBlocks<Q2K>.self, GGUFBlocks<Q3K>.self,
    GGUFBlocks<Q4K>.self, GGUFBlocks<Q5K>.self, GGUFBlocks<Q6K>.self, GGUFBlocks<IQ2XXS>.self,
    GGUFBlocks<IQ2XS>.self, GGUFBlocks<IQ2S>.self, GGUFBlocks<IQ3XXS>.self,
    GGUFBlocks<IQ3S>.self, GGUFBlocks<IQ1S>.self, GGUFBlocks<IQ1M>.self, GGUFBlocks<IQ4NL>.self,
    GGUFBlocks<IQ4XS>.self, GGUFBlocks<TQ1Zero>.self, GGUFBlocks<TQ2Zero>.self,
    GGUFBlocks<MXFP4Block>.self, ScaledNVFP4Blocks.self,
  ]
}

extension UnsafeRawPointer {
  @inline(__always)
  func byte(_ offset: Int) -> UInt8 { load(fromByteOffset: offset, as: UInt8.self) }

  @inline(__always)
  func word(_ offset: Int) -> UInt16 {
    UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  @inline(__always)
  func doubleWord(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// A half-precision number.
  @inline(__always)
  func half(_ offset: Int) -> Float { Float(halfBits: word(offset)) }
}

extension Float {
  /// The number that half-precision bits are, which is exact.
  ///
  /// Processors without an instruction for it call a function else, which costs more than the rest of
  /// a block.
  @inline(__always)
  init(halfBits bits: UInt16) {
    // The exponent's bias is 15 here and 127 there; the product gets subnormal numbers right too.
    let shifted = UInt32(bits & 0x7fff) << 13
    let magnitude = Float(bitPattern: shifted) * 0x1p112
    let isFinite = bits & 0x7c00 != 0x7c00
    let pattern = isFinite ? magnitude.bitPattern : shifted | 0x7f80_0000
    self.init(bitPattern: pattern | UInt32(bits & 0x8000) << 16)
  }
}
