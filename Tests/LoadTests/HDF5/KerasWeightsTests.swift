import Testing

@testable import Load

@Suite struct KerasWeightsTests {
  @Test func keras2WeightsComeInTheOrderOfTheLayersWithoutTheOptimizer() throws {
    let checkpoint = try HDF5Fixture.checkpoint("keras2_model.h5")
    #expect(
      checkpoint.tensors.map(\.name) == [
        "tokens/embeddings", "memory/lstm_cell/kernel", "memory/lstm_cell/recurrent_kernel",
        "memory/lstm_cell/bias", "answer/kernel", "answer/bias",
      ])
    #expect(checkpoint.tensors.map(\.shape) == [[6, 3], [3, 8], [2, 8], [8], [2, 2], [2]])
    #expect(checkpoint.tensors.map(\.outputAxisIsLast) == [false, true, true, false, true, false])
    for tensor in checkpoint.tensors {
      #expect(try tensor.values() == HDF5Fixture.ramp(tensor.elementCount))
    }
  }

  @Test func keras2KeepsTheModelsDescription() throws {
    let strings = try HDF5Fixture.checkpoint("keras2_model.h5").metadata.headerStrings
    #expect(strings["backend"] == "jax")
    #expect(strings["keras_version"]?.hasPrefix("3.") == true)
    #expect(strings["model_config"]?.hasPrefix("{\"class_name\"") == true)
  }

  @Test func keras3WeightsComeByPathWithoutTheOptimizer() throws {
    let checkpoint = try HDF5Fixture.checkpoint("keras3.weights.h5")
    #expect(
      checkpoint.tensors.map(\.name) == [
        "layers/dense/vars/0", "layers/dense/vars/1", "layers/embedding/vars/0",
        "layers/lstm/cell/vars/0", "layers/lstm/cell/vars/1", "layers/lstm/cell/vars/2",
      ])
    #expect(checkpoint.tensors.map(\.outputAxisIsLast) == [true, false, false, true, true, false])
    for tensor in checkpoint.tensors {
      #expect(try tensor.values() == HDF5Fixture.ramp(tensor.elementCount))
    }
  }

  @Test func namesSplitOverAttributesAreJoinedAndBareNamesGetTheirLayers() throws {
    let checkpoint = try HDF5Fixture.checkpoint("keras_split_names.h5")
    #expect(checkpoint.tensors.map(\.name) == ["second/W", "first/W"])
    #expect(checkpoint.problems.map(\.subject) == ["second/missing", "first/missing"])
    #expect(checkpoint.problems.allSatisfy { $0.kind == .unreadTensor })
  }

  @Test func numbersOfTheSavingSessionAreNotPartOfTheName() {
    let weights = ["output_2/kernel:0", "output_x/bias:0", "other/kernel:0", "kernel"]
    let index = HDF5Index(
      groups: [
        .init(path: "", lists: ["layer_names": ["output"]]),
        .init(path: "output", lists: ["weight_names": weights]),
      ], datasets: weights.map { dataset("output/\($0)", shape: [2]) })
    #expect(
      KerasWeights(index).weights.map(\.name) == [
        "output/kernel:0", "output_x/bias:0", "other/kernel:0", "output/kernel",
      ])
  }

  @Test func namesSharedByLayersAreToldApart() {
    let index = HDF5Index(
      groups: [
        .init(path: "", lists: ["layer_names": ["a", "b"]]),
        .init(path: "a", lists: ["weight_names": ["dense/kernel:0"]]),
        .init(path: "b", lists: ["weight_names": ["dense/kernel:0"]]),
      ], datasets: ["a", "b"].map { dataset("\($0)/dense/kernel:0", shape: [2]) })
    #expect(KerasWeights(index).weights.map(\.name) == ["dense/kernel:0", "b/dense/kernel:0"])
  }

  @Test func variablesAreOrderedByNumberNotByDigits() {
    let paths = ["x", "1a", "10", "9", "1"].map { "layers/dense/vars/\($0)" }
    let index = HDF5Index(datasets: paths.map { dataset($0, shape: [2]) })
    #expect(
      KerasWeights(index).weights.map(\.name)
        == ["1", "9", "10", "1a", "x"].map { "layers/dense/vars/\($0)" })
  }

  @Test(arguments: [
    ("layers/token_emb/vars/0", false), ("layers/dense/vars/0", true),
    ("bert/embeddings/word_embeddings/vars/0", false), ("layers\\dense\\vars\\0", true),
    ("layers/embedding_1/vars/0", false),
  ])
  func onlyKernelsHaveTheirOutputsLast(name: String, expected: Bool) {
    let index = HDF5Index(datasets: [dataset(name, shape: [2, 3])])
    #expect(KerasWeights(index).weights.map { $0.axisOrder == .outputLast } == [expected])
  }

  @Test func matricesOfOtherFilesAreLeftAsTheyAre() {
    let index = HDF5Index(datasets: [dataset("a/kernel", shape: [2, 3])])
    #expect(KerasWeights(index).weights.map { $0.axisOrder == .outputLast } == [false])
  }

  @Test func namesAreUniqueEvenIfTheIndexRepeatsThem() {
    let index = HDF5Index(datasets: ["w", "v", "w"].map { dataset($0, shape: [2]) })
    #expect(KerasWeights(index).weights.map(\.name) == ["v", "w"])
  }

  private func dataset(_ path: String, shape: [Int]) -> HDF5Index.Dataset {
    .init(
      path: path, number: .init(elementType: .float32, isBigEndian: false), shape: shape,
      layout: .unwritten)
  }
}
