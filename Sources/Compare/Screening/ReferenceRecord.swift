import Fingerprint

/// A `ReferenceDigest` as bytes, read where it is mapped.
///
/// Little-endian, every part starting at a multiple of eight:
///
/// | part | bytes |
/// |---|---|
/// | root digest | 32 |
/// | anchors | 8 |
/// | frame kind, vocabulary size, tensors, classes, matrices, circuit rows | 4 each |
/// | tensor digests | 8 each |
/// | classes: rows, columns, count, 0 | 16 each |
/// | places of matrices; places of circuit rows | 8 each |
/// | kinds of circuit rows; whether matrices are generic | 8 each; 1 each, padded |
/// | matrices; circuit rows | 96 each; 384 each |
struct ReferenceRecord {
  private static let headerSize = 64
  private static let kinds: [FrameSummary.Kind] = [.tokenStrings, .borrowedTokenStrings, .tokenIDs]

  private let bytes: UnsafeRawBufferPointer
  private let tensorCount: Int
  private let classCount: Int
  private let matrixCount: Int
  private let circuitCount: Int
  private let classOffset: Int
  private let placeOffset: Int
  private let circuitPlaceOffset: Int
  private let kindOffset: Int
  private let genericOffset: Int
  private let matrixOffset: Int
  private let circuitOffset: Int

  /// Nil for bytes that are no record.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.headerSize else { return nil }
    self.bytes = bytes
    func count(_ offset: Int) -> Int {
      Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    (tensorCount, classCount) = (count(48), count(52))
    (matrixCount, circuitCount) = (count(56), count(60))
    classOffset = Self.headerSize + 8 * tensorCount
    placeOffset = classOffset + 16 * classCount
    circuitPlaceOffset = placeOffset + 8 * matrixCount
    kindOffset = circuitPlaceOffset + 8 * circuitCount
    genericOffset = kindOffset + 8 * circuitCount
    matrixOffset = genericOffset + (matrixCount + 7) / 8 * 8
    circuitOffset = matrixOffset + ScreeningProjection.dimensions * matrixCount
    guard bytes.count == circuitOffset + ReferenceDigest.CircuitRow.width * circuitCount,
      classes.reduce(0, { $0 + $1.count }) == matrixCount
    else { return nil }
  }

  /// In hexadecimal digits.
  var root: String { TensorDigest(bytes: Array(bytes[..<32]))?.hexadecimal ?? "" }

  var frame: ReferenceDigest.Frame? {
    let kind = Int(word(40))
    guard kind > 0, kind <= Self.kinds.count else { return nil }
    return ReferenceDigest.Frame(
      kind: Self.kinds[kind - 1], vocabularySize: Int(word(44)), anchors: long(32))
  }

  /// Calls `body` with each tensor's digest prefix.
  func forEachTensor(_ body: (UInt64) -> Void) {
    for index in 0..<tensorCount { body(long(Self.headerSize + 8 * index)) }
  }

  /// Classes and how many matrices of each follow one another.
  var classes: [(key: MatrixClass, count: Int)] {
    (0..<classCount).map { index in
      let offset = classOffset + 16 * index
      return (
        MatrixClass(
          rows: Int(Int32(bitPattern: word(offset))),
          columns: Int(Int32(bitPattern: word(offset + 4)))),
        Int(word(offset + 8))
      )
    }
  }

  func matrixPlace(_ index: Int) -> UInt64 { long(placeOffset + 8 * index) }

  func isGeneric(_ index: Int) -> Bool { bytes[genericOffset + index] != 0 }

  func matrices(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    slice(matrixOffset, ScreeningProjection.dimensions, range)
  }

  var circuitPlaces: [UInt64] { (0..<circuitCount).map { long(circuitPlaceOffset + 8 * $0) } }

  var circuitKinds: [UInt32] {
    (0..<circuitCount).map { UInt32(truncatingIfNeeded: long(kindOffset + 8 * $0)) }
  }

  var circuits: UnsafeRawBufferPointer {
    slice(circuitOffset, ReferenceDigest.CircuitRow.width, 0..<circuitCount)
  }

  private func slice(_ offset: Int, _ width: Int, _ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      rebasing: bytes[offset + width * range.lowerBound..<offset + width * range.upperBound])
  }

  private func word(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  private func long(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}

extension ReferenceRecord {
  /// 32 bytes; zeros for what is no digest.
  private static func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return (0..<32).map {
      2 * $0 + 1 < digits.count ? UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) : 0
    }
  }

  /// The bytes of a digest.
  static func bytes(of digest: ReferenceDigest) -> [UInt8] {
    // A dictionary's own order is random; equal digests are equal bytes.
    let classes = digest.matrices.sorted {
      ($0.key.rows, $0.key.columns) < ($1.key.rows, $1.key.columns)
    }
    let matrices = classes.flatMap(\.value)
    var bytes = bytes(hexadecimal: digest.root)
    func word(_ value: Int) {
      let bits = UInt32(truncatingIfNeeded: value).littleEndian
      withUnsafeBytes(of: bits) { bytes += $0 }
    }
    func long(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
    func raw(_ values: [Int8]) { values.withUnsafeBytes { bytes += $0 } }
    long(digest.frame?.anchors ?? 0)
    word(digest.frame.flatMap { Self.kinds.firstIndex(of: $0.kind) }.map { $0 + 1 } ?? 0)
    word(digest.frame?.vocabularySize ?? 0)
    for count in [digest.tensors.count, classes.count, matrices.count, digest.circuits.count] {
      word(count)
    }
    digest.tensors.forEach(long)
    for (key, members) in classes {
      [key.rows, key.columns, members.count, 0].forEach(word)
    }
    for matrix in matrices { long(matrix.place) }
    for row in digest.circuits { long(row.place) }
    for row in digest.circuits { long(UInt64(row.kinds)) }
    for matrix in matrices { bytes.append(matrix.isGeneric ? 1 : 0) }
    while !bytes.count.isMultiple(of: 8) { bytes.append(0) }
    for matrix in matrices { raw(matrix.values) }
    for row in digest.circuits { raw(row.values) }
    return bytes
  }
}
