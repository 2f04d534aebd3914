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

  /// Decodes whole granules.
  ///
  /// - Parameters:
  ///   - stored: what `storedBytes` names.
  ///   - target: room for as many floats as there are elements.
  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>)
}

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
  package static let all: [any TensorDecoding.Type] = [ScaledFloat8.self, ScaledInt8.self]
}
