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

  /// How far apart the numbers are that it can hold, where each was rounded by itself.
  var spacing: LevelSpacing { get }

  /// How those who write it choose codes.
  var codeChoice: CodeChoice { get }

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

  package var spacing: LevelSpacing { LevelSpacing(precision) }

  package var codeChoice: CodeChoice { .open }

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

/// The numbers that an encoding can hold near a given one.
package enum LevelSpacing: Sendable, Equatable {
  /// Evenly spaced among `group` neighbours along the input axis; nil: whole rows, or more.
  case even(group: Int?)
  /// Places in a table, times a scale that `group` neighbours share.
  case table(group: Int)
  /// In proportion to the number: significands of `bits` bits, the hidden one included.
  case relative(bits: Int)
  /// Numbers were not rounded one by one: codes stand for vectors, or nothing was rounded.
  case none

  init(_ precision: Precision) {
    switch precision {
    case .grid(_, let group): self = .even(group: group)
    case .significand(let bits): self = .relative(bits: bits)
    }
  }
}

/// How the writers of an encoding choose the code of a number.
package enum CodeChoice: Sendable {
  /// The nearest level, number by number.
  case nearest
  /// Nearly so: scales are searched for together with codes, or rounded after them.
  case searched
  /// In any way; such as to make up for the errors of other numbers.
  case open
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
