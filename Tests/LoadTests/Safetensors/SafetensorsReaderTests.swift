import Load
import TestSupport
import Testing

@Suite struct SafetensorsReaderTests {
  private func contents(_ tensor: Tensor) throws -> [UInt8] {
    try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) { Array($0) }
  }

  @Test func readsBackExactlyWhatWasWritten() throws {
    let folder = try TemporaryFolder()
    var random = TestSupport.SplitMix64(seed: 42)
    for round in 0..<60 {
      var builder = SafetensorsBuilder()
      builder.headerAlignment = [1, 8, 64][round % 3]
      if round % 2 == 0 { builder.metadata = ["round": "\(round)", "q\"\\": "\u{1}é"] }
      for number in 0..<Int.random(in: 1...12, using: &random) {
        let type = try #require(ElementType.allCases.randomElement(using: &random))
        var shape = (0..<Int.random(in: 0...4, using: &random)).map { _ in
          Int.random(in: 0...5, using: &random)
        }
        // Types narrower than a byte must fill their last one.
        if type.bitWidth < 8 { shape.append(4) }
        let bits = shape.reduce(type.bitWidth, *)
        builder.add("t\(number).é", type.rawValue, shape, random.bytes(bits / 8))
      }
      let path = try folder.write("model.safetensors", builder.bytes)
      let checkpoint = try SafetensorsReader.checkpoint(path: path)
      #expect(checkpoint.metadata.headerStrings == builder.metadata)
      #expect(checkpoint.tensors.map(\.name).sorted() == builder.entries.map(\.name).sorted())
      for entry in builder.entries {
        let tensor = try #require(checkpoint.tensors.first { $0.name == entry.name })
        #expect(tensor.elementType.rawValue == entry.elementType)
        #expect(tensor.shape == entry.shape)
        #expect(tensor.outputAxisIsLast == false)
        #expect(try contents(tensor) == entry.bytes)
      }
    }
  }

  @Test(arguments: ElementType.allCases)
  func readsEveryElementType(type: ElementType) throws {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder()
    let bytes = (0..<(type.bitWidth * 2)).map { UInt8($0) }
    builder.add("w", type.rawValue, [4, 4], bytes)
    let path = try folder.write("x", builder.bytes)
    let tensor = try #require(try SafetensorsReader.checkpoint(path: path).tensors.first)
    #expect(tensor.elementType == type)
    #expect(try contents(tensor) == bytes)
    // Half of it, from a byte boundary on.
    let half = try tensor.withBytes(of: 8..<16, scratch: ByteScratch()) { Array($0) }
    #expect(half == Array(bytes[type.bitWidth...]))
  }

  /// As Keras and Flax write them, and NumPy's archives of the same names are read.
  @Test(arguments: [
    ("net/dense/kernel", [3, 2], AxisOrder.outputLast),
    ("params.conv.kernel", [3, 3, 2, 4], .outputLast),
    ("net/depthwise_conv/depthwise_kernel", [3, 3, 4, 1], .outputLastByChannel),
    ("net.dense.weight", [3, 2], .outputFirst), ("net/dense/bias", [3], .outputFirst),
  ])
  func namesOfKernelsTellWhichAxisIsTheOutputs(
    name: String, shape: [Int], order: AxisOrder
  ) throws {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder()
    builder.add(name, "F32", shape, [UInt8](repeating: 0, count: 4 * shape.reduce(1, *)))
    let path = try folder.write("x", builder.bytes)
    #expect(try SafetensorsReader.checkpoint(path: path).tensor(name).axisOrder == order)
  }

  @Test func listsTensorsInTheOrderOfTheirBytes() throws {
    let folder = try TemporaryFolder()
    let header = """
      {"z":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},\
      "empty":{"dtype":"U8","shape":[0],"data_offsets":[2,2]},\
      "a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}
      """
    let path = try folder.write("m", SafetensorsBuilder.file(header: header, data: [5, 6, 7]))
    let checkpoint = try SafetensorsReader.checkpoint(path: path)
    #expect(checkpoint.tensors.map(\.name) == ["a", "empty", "z"])
    #expect(try checkpoint.tensors.map(contents) == [[5, 6], [], [7]])
  }

  @Test func passesOverMembersItDoesNotKnow() throws {
    let folder = try TemporaryFolder()
    let header = #"{"w":{"dtype":"U8","shape":[],"data_offsets":[0,1],"note":{"x":[1]}}} "#
    let path = try folder.write("m", SafetensorsBuilder.file(header: header, data: [5]))
    #expect(try SafetensorsReader.checkpoint(path: path).tensors.map(contents) == [[5]])
  }

  @Test func refusesARangeOutsideTheTensor() throws {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder()
    builder.add("a", [2], [1, 2])
    builder.add("b", [2], [3, 4])
    let path = try folder.write("m", builder.bytes)
    let tensor = try #require(try SafetensorsReader.checkpoint(path: path).tensors.first)
    let error = #expect(throws: LoadError.self) {
      try tensor.withBytes(of: 1..<3, scratch: ByteScratch()) { $0.count }
    }
    #expect(error?.code == .offsetsOutOfRange)
    #expect(error?.tensor == "a")
  }

  @Test func namesTheFileAndItsSize() throws {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder()
    builder.add("a", [2], [1, 2])
    let path = try folder.write("x.safetensors", builder.bytes)
    let checkpoint = try CheckpointReader.open(path: path)
    #expect(checkpoint.name == "x.safetensors")
    #expect(checkpoint.path == path)
    #expect(checkpoint.format == .safetensors)
    #expect(checkpoint.files.map(\.path) == [path])
    #expect(checkpoint.files.map(\.byteCount) == [UInt64(builder.bytes.count)])
  }
}
