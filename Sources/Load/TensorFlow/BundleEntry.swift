/// What the index of a TensorFlow checkpoint says of one tensor, or of a slice of one.
///
/// `tensorflow/core/protobuf/tensor_bundle.proto`, `BundleEntryProto`.
struct BundleEntry {
  /// A number of `DataType`.
  var type = 0
  var shape: [Int] = []
  var shard = 0
  var offset = 0
  var byteCount = 0
  /// Of its bytes, masked; nil where the writer left it out.
  var checksum: UInt32?
  /// Extents of the slices that it is stored in; empty for a tensor in one piece.
  var slices: [[Extent]] = []

  /// Of a slice along one axis; nil length for all of it.
  struct Extent {
    var start = 0
    var length: Int?
  }

  private static let mostSlices = 100_000

  init(_ bytes: [UInt8], file: String, key: String) throws(LoadError) {
    var entry = Self()
    try bytes.withBytes { (bytes) throws(LoadError) in
      var fields = ProtobufFields(bytes[...], file: file)
      while let field = try fields.next() {
        switch (field.number, field.value) {
        case (1, .varint(let value)): entry.type = Int(clamping: value)
        case (2, .bytes(let bytes)): entry.shape = try Self.shape(bytes, file: file)
        case (3, .varint(let value)): entry.shard = Int(clamping: value)
        case (4, .varint(let value)): entry.offset = Int(clamping: value)
        case (5, .varint(let value)): entry.byteCount = Int(clamping: value)
        case (6, .fixed(let value)): entry.checksum = UInt32(truncatingIfNeeded: value)
        case (7, .bytes(let bytes)):
          guard entry.slices.count < Self.mostSlices else {
            throw LoadError(.limitExceeded, "has too many slices", file: file, tensor: key)
          }
          entry.slices.append(try Self.extents(bytes, file: file))
        default: break
        }
      }
    }
    self = entry
  }

  private init() {}

  private static func shape(
    _ bytes: Slice<UnsafeRawBufferPointer>, file: String
  ) throws(LoadError) -> [Int] {
    var shape: [Int] = []
    var fields = ProtobufFields(bytes, file: file)
    while let field = try fields.next() {
      guard field.number == 2, case .bytes(let dimension) = field.value else { continue }
      var extent = 0
      var inner = ProtobufFields(dimension, file: file)
      while let field = try inner.next() {
        if field.number == 1, case .varint(let value) = field.value {
          extent = Int(clamping: value)
        }
      }
      shape.append(extent)
    }
    return shape
  }

  private static func extents(
    _ bytes: Slice<UnsafeRawBufferPointer>, file: String
  ) throws(LoadError) -> [Extent] {
    var extents: [Extent] = []
    var fields = ProtobufFields(bytes, file: file)
    while let field = try fields.next() {
      guard field.number == 1, case .bytes(let axis) = field.value else { continue }
      var extent = Extent()
      var inner = ProtobufFields(axis, file: file)
      while let field = try inner.next() {
        switch (field.number, field.value) {
        case (1, .varint(let value)): extent.start = Int(clamping: value)
        case (2, .varint(let value)): extent.length = Int(clamping: value)
        default: break
        }
      }
      extents.append(extent)
    }
    return extents
  }

  /// The type of the numbers; nil for texts and what else is none.
  ///
  /// `tensorflow/core/framework/types.proto`.
  var elementType: ElementType? { Self.types[type] }

  private static let types: [Int: ElementType] = [
    1: .float32, 2: .float64, 3: .int32, 4: .uint8, 5: .int16, 6: .int8, 8: .complex64, 9: .int64,
    10: .bool, 14: .bfloat16, 17: .uint16, 19: .float16, 22: .uint32, 23: .uint64,
    24: .float8E5M2, 25: .float8E4M3,
  ]

  /// Texts, resources and variants.
  var isNoNumber: Bool { [0, 7, 20, 21].contains(type) }
}

/// The keys under which slices stand.
///
/// `tensorflow/core/util/saved_tensor_slice_util.cc` `EncodeTensorNameSlice`;
/// `tensorflow/core/lib/strings/ordered_code.cc`.
enum BundleSliceKey {
  static func key(of name: [UInt8], _ extents: [BundleEntry.Extent]) -> [UInt8] {
    var key: [UInt8] = [0]
    for byte in name {
      switch byte {
      case 0: key += [0, 0xFF]
      case 0xFF: key += [0xFF, 0]
      default: key.append(byte)
      }
    }
    key += [0, 1]
    key += extents.isEmpty ? [0] : [1, UInt8(truncatingIfNeeded: extents.count)]
    for extent in extents {
      key += signed(extent.start)
      key += signed(extent.length ?? -1)
    }
    return key
  }

  /// Numbers so that their order is that of the bytes: the leading bits tell how many bytes there are.
  static func signed(_ value: Int) -> [UInt8] {
    let magnitude = UInt64(bitPattern: Int64(value < 0 ? ~value : value))
    let bits = 64 - magnitude.leadingZeroBitCount
    let length = bits / 7 + 1
    guard length > 1 else { return [0x80 ^ UInt8(truncatingIfNeeded: value)] }
    let sign: UInt8 = value < 0 ? 0xFF : 0
    let whole =
      [sign, sign]
      + (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    var bytes = Array(whole.suffix(length))
    // As many ones as there are bytes, over the first two.
    let ones: UInt16 = length >= 16 ? .max : ~(UInt16.max >> UInt16(length))
    bytes[0] ^= UInt8(truncatingIfNeeded: ones >> 8)
    bytes[1] ^= UInt8(truncatingIfNeeded: ones)
    return bytes
  }
}
