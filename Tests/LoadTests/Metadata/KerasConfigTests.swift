import Testing

@testable import Load

@Suite struct KerasConfigTests {
  private func metadata(_ format: Checkpoint.Format, _ config: String) -> ModelMetadata {
    let checkpoint = Checkpoint(
      name: "m", path: "m", format: format, tensors: [],
      metadata: ModelMetadata(headerStrings: ["model_config": config]), files: [])
    var metadata = checkpoint.metadata
    metadata.adoptKerasConfig(of: checkpoint, limits: .standard)
    return metadata
  }

  @Test func readsTheAttributeOfAKerasFile() {
    let metadata = metadata(.hdf5, #"{"class_name":"Sequential","clip":Infinity}"#)
    #expect(metadata.config?["class_name"]?.string == "Sequential")
    #expect(metadata.problems.isEmpty)
  }

  @Test func reportsADamagedAttribute() {
    let metadata = metadata(.hdf5, "{")
    #expect(metadata.config == nil)
    #expect(metadata.problems.map(\.code) == [.metadataMalformed])
  }

  @Test func leavesTheStringsOfOtherFormatsAlone() {
    #expect(metadata(.safetensors, "{}").config == nil)
  }
}
