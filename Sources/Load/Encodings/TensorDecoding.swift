/// How the numbers of a tensor are decoded from what is stored of it.
///
/// One type, and one file, per encoding, listed in `TensorEncodings.all`.
package protocol TensorDecoding: Sendable {
  /// What fingerprints and reports call the encoding; no two share a name.
  static var name: String { get }

  /// Elements along the last axis that are decoded together: ranges start and end at multiples of
  /// it.
  var granule: Int { get }

  /// What storing the numbers so has cost.
  var precision: Precision { get }

  /// The bytes of each stored array from which a range of elements is decoded, in the order of
  /// `Tensor.stored`; of the arrays behind the first, what encloses them.
  func storedBytes(of elements: Range<Int>) -> [Range<Int>]

  /// What of the arrays behind the first belongs to a range of elements, by array: every byte to at
  /// least one of the ranges that a tensor is cut into.
  ///
  /// Mostly what `storedBytes` names; a part in proportion, where elements need scales from all over
  /// the array.
  func bytesBeside(_ elements: Range<Int>) -> [Range<Int>]

  /// Ranges that cross a multiple of this are not decoded at once, because what encloses their bytes
  /// may be far more than they are; nil where any range will do.
  var largestRange: Int? { get }

  /// Decodes whole granules.
  ///
  /// - Parameters:
  ///   - stored: what `storedBytes` names.
  ///   - target: room for as many floats as there are elements.
  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>)
}

extension TensorDecoding {
  package var largestRange: Int? { nil }

  package func bytesBeside(_ elements: Range<Int>) -> [Range<Int>] {
    Array(storedBytes(of: elements).dropFirst())
  }
}

/// A way of packing whose codes lie as those of others do, under a name of its own.
protocol PackingScheme: Sendable { static var name: String { get } }

/// How exactly a way of storing keeps numbers.
package enum Precision: Sendable, Equatable, Codable {
  /// Bits of the significand, the hidden one included: relative rounding error is at most
  /// 2^-bits.
  case significand(bits: Int)
  /// Numbers lie on an even grid of 2^bits levels, which `group` neighbours along the input axis
  /// share; nil: whole rows, or more.
  case grid(bits: Int, group: Int?)
}

/// The encodings that are decoded.
package enum TensorEncodings {
  package static let all: [any TensorDecoding.Type] =
    [
      ScaledFloat8.self, ScaledInt8.self, BitsAndBytes4.self, GPTQCodes.self, AWQCodes.self,
      RowCodes<MLXAffine>.self, RowCodes<PackQuantised>.self, FourBitFloats<MXFP4>.self,
      FourBitFloats<NVFP4>.self, SlabCodes<HQQ>.self, SlabCodes<BitNet>.self,
      AffineCodes.self, BlockRows.self, WeightChange.self, AdaptedWeights.self,
    ] + GGUFEncodings.all
}
