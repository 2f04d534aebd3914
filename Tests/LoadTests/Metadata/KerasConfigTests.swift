import TestSupport
import Testing

@testable import Load

@Suite struct KerasConfigTests {
  private func metadata(_ config: String) -> ModelMetadata {
    var metadata = ModelMetadata(headerStrings: ["model_config": config])
    metadata.adoptKerasConfig(file: "m", limits: .standard)
    return metadata
  }

  @Test func readsTheAttributeOfAKerasFile() {
    let metadata = metadata(#"{"class_name":"Sequential","clip":Infinity}"#)
    #expect(metadata.config?["class_name"]?.string == "Sequential")
    #expect(metadata.problems.isEmpty)
  }

  @Test func reportsADamagedAttribute() {
    let metadata = metadata("{")
    #expect(metadata.config == nil)
    #expect(metadata.problems.map(\.code) == [.metadataMalformed])
  }

  @Test func leavesTheStringsOfOtherFormatsAlone() throws {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder()
    builder.add("a", [1], [0])
    builder.metadata = ["model_config": "{}"]
    let path = try folder.write("m.safetensors", builder.bytes)
    #expect(try CheckpointReader.open(path: path).metadata.config == nil)
  }
}
