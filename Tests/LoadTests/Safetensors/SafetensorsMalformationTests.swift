import Load
import TestSupport
import Testing

/// One test per way a safetensors file can be wrong.
@Suite struct SafetensorsMalformationTests {
  /// The error for a file of these bytes.
  ///
  /// Nothing that is not an error may come out.
  private func error(
    _ bytes: [UInt8], _ limits: LoadLimits = .standard
  ) throws -> LoadError {
    let folder = try TemporaryFolder()
    let path = try folder.write("model.safetensors", bytes)
    let error = #expect(throws: LoadError.self) {
      try SafetensorsReader.checkpoint(path: path, limits: limits)
    }
    let found = try #require(error)
    #expect(found.file == path)
    return found
  }

  private func error(header: String, data: Int = 0, _ limits: LoadLimits = .standard) throws
    -> LoadError
  {
    try error(
      SafetensorsBuilder.file(header: header, data: [UInt8](repeating: 7, count: data)), limits)
  }

  private func entry(
    _ name: String = "w", _ type: String = "F32", _ shape: String = "[2]",
    _ offsets: String = "[0,8]"
  ) -> String {
    #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  // MARK: The length

  @Test func refusesAnEmptyFile() throws {
    #expect(try error([]).code == .emptyFile)
  }

  @Test(arguments: 1...7)
  func refusesAFileShorterThanItsLengthField(count: Int) throws {
    #expect(try error([UInt8](repeating: 0, count: count)).code == .truncated)
  }

  @Test func refusesHeaderLongerThanTheFile() throws {
    let found = try error(SafetensorsBuilder.length(100) + Array("{}".utf8))
    #expect(found.code == .truncated)
    #expect(found.offset == 0)
  }

  @Test(arguments: [100_000_001, UInt64(Int64.max), UInt64(Int64.max) + 1, UInt64.max])
  func refusesHeaderLongerThanTheFormatAllows(length: UInt64) throws {
    #expect(
      try error(SafetensorsBuilder.length(length) + Array("{}".utf8)).code == .headerTooLarge)
  }

  @Test func refusesAHeaderOfNoBytes() throws {
    #expect(try error(SafetensorsBuilder.length(0)).code == .headerMalformed)
  }

  // MARK: The JSON

  @Test(arguments: [" {}", "[]", "\n{}", "x", "\u{FEFF}{}"])
  func refusesAHeaderThatDoesNotStartWithABrace(header: String) throws {
    let found = try error(header: header)
    #expect(found.code == .headerMalformed)
    #expect(found.offset == 8)
  }

  @Test(arguments: ["{", "{\"a\"}", "{}{}", "{}\0", "{\"w\":{\"dtype\":\"F32\",}}", "{} x"])
  func refusesAHeaderThatIsNotJSON(header: String) throws {
    #expect(try error(header: header).code == .headerMalformed)
  }

  @Test func refusesAHeaderThatIsNotUTF8() throws {
    let header = Array("{\"".utf8) + [0xFF] + Array("\":{}}".utf8)
    let found = try error(SafetensorsBuilder.file(header: header))
    #expect(found.code == .headerNotUTF8)
    #expect(found.offset == 9)
  }

  @Test func refusesTwoTensorsOfOneName() throws {
    let header = "{\(entry()),\(entry("w", "F32", "[2]", "[8,16]"))}"
    #expect(try error(header: header, data: 16).code == .duplicateKey)
  }

  @Test func refusesAMemberOfATensorTwice() throws {
    let header = #"{"w":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}"#
    let found = try error(header: header, data: 8)
    #expect(found.code == .duplicateKey)
    #expect(found.tensor == "w")
  }

  @Test func refusesTwoMetadataObjects() throws {
    let header = #"{"__metadata__":{"a":"1"},"__metadata__":{"a":"2"}}"#
    #expect(try error(header: header).code == .duplicateKey)
  }

  @Test(arguments: [#"{"a":1}"#, #"{"a":null}"#, #"{"a":{"b":"c"}}"#, #""text""#, "[]", "nul"])
  func refusesMetadataThatIsNotStrings(metadata: String) throws {
    #expect(
      try error(header: "{\"__metadata__\":\(metadata),\(entry())}", data: 8).code
        == .headerMalformed)
  }

  /// So MLX writes that there is nothing to say, and the reference implementation reads it.
  @Test func metadataMayBeNull() throws {
    let path = AdapterFixture.path("mlx/adapters.safetensors")
    let checkpoint = try SafetensorsReader.checkpoint(path: path)
    #expect(checkpoint.tensors.count == 8)
    #expect(checkpoint.metadata.headerStrings.isEmpty)
  }

  @Test func refusesNestingWithoutEnd() throws {
    let header = "{\"w\":{\"x\":" + String(repeating: "[", count: 100_000)
    #expect(try error(header: header).code == .nestingTooDeep)
  }

  // MARK: A tensor

  @Test(arguments: [
    #"{"shape":[2],"data_offsets":[0,8]}"#, #"{"dtype":"F32","data_offsets":[0,8]}"#,
    #"{"dtype":"F32","shape":[2]}"#, #"{"dtype":"F32","shape":[2],"data_offsets":[0]}"#,
    #"{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}"#, #"{"dtype":"F32","shape":[2.0]}"#,
    #"{"dtype":"F32","shape":[-2]}"#, #"{"dtype":"F32","shape":2}"#, #"{"dtype":4}"#,
    #"{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}"#, #"{"dtype":null}"#, "[]", "1",
    #"{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}"#,
  ])
  func refusesAnIncompleteDescription(description: String) throws {
    let found = try error(header: "{\"w\":\(description)}", data: 8)
    #expect(found.code == .headerMalformed)
    #expect(found.tensor == "w")
  }

  @Test(arguments: ["F128", "f32", "", "float32", "F8_E4M3FNUZ", "BF16 "])
  func refusesAnUnknownElementType(type: String) throws {
    let found = try error(header: "{\(entry("layer.weight", type))}", data: 8)
    #expect(found.code == .unknownElementType)
    #expect(found.tensor == "layer.weight")
    #expect(found.message.contains("'\(type)'"))
  }

  @Test(arguments: [
    "[9223372036854775807]", "[4294967296,4294967296]", "[9223372036854775807,2,0]",
    "[1152921504606846976,8]",
  ])
  func refusesAShapeWhoseSizeOverflows(shape: String) throws {
    let found = try error(header: "{\(entry("w", "F32", shape))}", data: 8)
    #expect(found.code == .shapeOverflow)
    #expect(found.tensor == "w")
  }

  @Test(arguments: [("[3]", "[0,8]"), ("[1]", "[0,8]"), ("[]", "[0,8]"), ("[0]", "[0,8]")])
  func refusesAShapeThatDoesNotFillItsBytes(shape: String, offsets: String) throws {
    let found = try error(header: "{\(entry("w", "F32", shape, offsets))}", data: 8)
    #expect(found.code == .sizeMismatch)
    #expect(found.tensor == "w")
  }

  @Test func refusesSubByteElementsThatDoNotFillTheirLastByte() throws {
    #expect(
      try error(header: "{\(entry("w", "F4", "[3]", "[0,2]"))}", data: 2).code == .sizeMismatch)
  }

  @Test func refusesOffsetsThatRunBackwards() throws {
    let found = try error(header: "{\(entry("w", "F32", "[2]", "[8,0]"))}", data: 8)
    #expect(found.code == .offsetsOutOfRange)
    #expect(found.tensor == "w")
  }

  // MARK: How tensors lie

  @Test func refusesTensorsThatOverlap() throws {
    let header = "{\(entry("a")),\(entry("b", "F32", "[2]", "[4,12]"))}"
    let found = try error(header: header, data: 12)
    #expect(found.code == .offsetsOverlap)
    #expect(found.tensor == "b")
  }

  @Test func refusesTwoTensorsOfTheSameBytes() throws {
    let found = try error(header: "{\(entry("a")),\(entry("b"))}", data: 8)
    #expect(found.code == .offsetsOverlap)
  }

  @Test func refusesAGapBetweenTensors() throws {
    let header = "{\(entry("a")),\(entry("b", "F32", "[2]", "[12,20]"))}"
    let found = try error(header: header, data: 20)
    #expect(found.code == .offsetsLeaveGap)
    #expect(found.tensor == "b")
  }

  @Test func refusesAGapBeforeTheFirstTensor() throws {
    #expect(
      try error(header: "{\(entry("a", "F32", "[2]", "[4,12]"))}", data: 12).code
        == .offsetsLeaveGap)
  }

  @Test func refusesBytesAfterTheLastTensor() throws {
    let header = "{\(entry())}"
    let found = try error(header: header, data: 9)
    #expect(found.code == .offsetsLeaveGap)
    #expect(found.offset == UInt64(8 + header.utf8.count + 8))
  }

  @Test func refusesATensorBeyondTheEndOfTheFile() throws {
    let found = try error(header: "{\(entry())}", data: 7)
    #expect(found.code == .offsetsOutOfRange)
    #expect(found.tensor == "w")
  }

  @Test func refusesOffsetsNearTheLargestNumber() throws {
    let offsets = "[9223372036854775799,9223372036854775807]"
    #expect(
      try error(header: "{\(entry("w", "F32", "[2]", offsets))}", data: 8).code
        == .offsetsOutOfRange)
  }

  // MARK: Limits

  @Test func refusesMoreTensorsThanTheLimit() throws {
    var limits = LoadLimits()
    limits.tensorCount = 1
    let header = "{\(entry("a")),\(entry("b", "F32", "[2]", "[8,16]"))}"
    #expect(try error(header: header, data: 16, limits).code == .tooManyTensors)
  }

  @Test func refusesALongerNameThanTheLimit() throws {
    let name = String(repeating: "n", count: 4097)
    let found = try error(header: "{\(entry(name))}", data: 8)
    #expect(found.code == .limitExceeded)
    #expect((found.tensor?.count ?? .max) < 100)
  }

  @Test func refusesMoreAxesThanTheLimit() throws {
    let shape = "[\(Array(repeating: "1", count: 17).joined(separator: ","))]"
    let found = try error(header: "{\(entry("w", "F32", shape, "[0,4]"))}", data: 4)
    #expect(found.code == .limitExceeded)
    #expect(found.tensor == "w")
  }

  @Test func refusesAFileWithoutTensors() throws {
    #expect(try error(header: "{}").code == .noWeights)
  }

  // MARK: Any damage

  @Test func survivesAnyDamageToAHeader() throws {
    var builder = SafetensorsBuilder()
    builder.metadata = ["format": "pt"]
    builder.add("a", [2], [1, 2])
    builder.add("b", "I8", [3], [1, 2, 3])
    let bytes = builder.bytes
    let folder = try TemporaryFolder()
    let path = folder.path("model.safetensors")
    var random = TestSupport.SplitMix64(seed: 1)
    var refused = 0
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      try folder.write("model.safetensors", damaged)
      let result = Result { () throws(LoadError) in
        try SafetensorsReader.checkpoint(path: path).tensors.map(\.byteCount).reduce(0, +)
      }
      switch result {
      case .success(let byteCount):
        // What is accepted is consistent.
        #expect(byteCount <= damaged.count - 8)
      case .failure(let error):
        refused += 1
        #expect(error.file == path)
      }
    }
    #expect(refused > 1000)
  }

  @Test func refusesEveryTruncation() throws {
    var builder = SafetensorsBuilder()
    builder.add("a", [2], [1, 2])
    let bytes = builder.bytes
    for count in 0..<bytes.count {
      _ = try error(Array(bytes[..<count]))
    }
  }
}
