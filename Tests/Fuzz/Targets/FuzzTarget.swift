/// The readers of untrusted bytes that are fuzzed, each named as its folders of inputs are.
///
/// The fuzzer and the test that replays its finds call them in the same way.
enum FuzzTarget: String, CaseIterable {
  /// The JSON of a safetensors header.
  case safetensors
  /// A safetensors file of packed weights.
  case packed
  /// What the process that parses HDF5 structure answers.
  case hdf5
  /// A file of PyTorch, or its pickle.
  case pytorch
  /// A GGUF file.
  case gguf
  /// An ONNX model.
  case onnx
  /// A TensorFlow Lite model.
  case tflite
  /// An archive of NumPy's arrays, or one of them.
  case numpy
  /// The index of a TensorFlow checkpoint, a block of it, or what it says of a variable.
  case tensorflow
  /// A fingerprint file.
  case fingerprint
  /// An archive of a corpus, or its manifest.
  case archive
  /// The file of a tokenizer, of any kind.
  case tokenizer
  /// A configuration, a model card or a merge recipe.
  case metadata

  /// Reads an input.
  ///
  /// - Throws: the typed error of an input that is refused; to trap, to hang or to take more memory
  ///   than the limits allow is what fuzzing looks for.
  func read(_ input: UnsafeRawBufferPointer) throws {
    switch self {
    case .safetensors: try SafetensorsInput.read(input)
    case .packed: try PackedInput.read(input)
    case .hdf5: try HDF5Input.read(input)
    case .pytorch: try PyTorchInput.read(input)
    case .gguf: try GGUFInput.read(input)
    case .onnx: try ONNXInput.read(input)
    case .tflite: try TFLiteInput.read(input)
    case .numpy: try NumPyInput.read(input)
    case .tensorflow: try TensorFlowInput.read(input)
    case .fingerprint: try FingerprintInput.read(input)
    case .archive: try ArchiveInput.read(input)
    case .tokenizer: try TokenizerInput.read(input)
    case .metadata: try MetadataInput.read(input)
    }
  }
}
