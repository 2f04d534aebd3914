/// Reads GGUF files, which llama.cpp and its kin run: versions 2 and 3, one file or a split.
///
/// A projector of images or sound (`mmproj`) is a file of its own: together with a language model in
/// one folder it is a part of it.
package enum GGUFReader: CheckpointFormat {
  package static let description = FormatDescription(
    id: Checkpoint.Format.gguf.rawValue, name: "a GGUF file", endings: [".gguf"])

  /// Certain is what the reader opens: a header whose tensors lie in the file as it says.
  package static func claim(_ source: any ByteSource) -> Claim {
    let hasMagic = try? source.withPrefix(4) { (bytes) throws(LoadError) in
      bytes.has(GGUFHeader.magic)
    }
    guard hasMagic == true else { return .none }
    return Claim { () throws(LoadError) in
      _ = try GGUFLayout(try GGUFHeader(of: source, limits: .standard), of: source)
    }
  }

  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let header = try GGUFHeader(of: source, limits: limits)
    let model = GGUFModel(header)
    let layout = try GGUFLayout(header, of: source)
    let tensors =
      model.isImportanceMatrix ? [] : layout.places.map { tensor(at: $0, in: source) }
    var metadata = ModelMetadata(config: model.config, headerStrings: model.headerStrings)
    do throws(LoadError) {
      metadata.vocabulary = try GGUFVocabulary.read(header.values, of: source, limits: limits)
    } catch {
      metadata.problems.append(error)
    }
    return Checkpoint(
      name: PathName.name(of: source.path), path: source.path, format: .gguf,
      tensors: ScaledNVFP4Blocks.withScales(tensors), metadata: metadata,
      files: [Checkpoint.SourceFile(source)],
      problems: try problems(model, of: source.path))
  }

  private static func tensor(
    at place: GGUFLayout.Place, in source: any ByteSource
  ) -> Tensor {
    let (name, shape) = (place.entry.name, place.entry.shape)
    let storage = RangeStorage(file: source, range: place.range, tensor: name)
    let decoding: Tensor.Decoding
    switch place.type?.form {
    case .plain(let type):
      return Tensor(name: name, elementType: type, shape: shape, storage: storage)
    case .encoded(let found): decoding = .encoded(found)
    case .notDecoded, nil: decoding = .undecoded(scheme: place.scheme)
    }
    // Four-bit floats with their scales are as many halves of bytes.
    let isFourBits = place.type.map { $0.name.hasSuffix("FP4") } ?? false
    let bytes = StoredArray(
      name: name, elementType: isFourBits ? .float4E2M1 : .uint8,
      shape: [isFourBits ? 2 * place.range.count : place.range.count], storage: storage)
    return Tensor(name: name, shape: shape, stored: [bytes], decoding: decoding)
  }

  /// What holds no weights, and what the header says of the other files of a split, where names do
  /// not.
  private static func problems(
    _ model: GGUFModel, of path: String
  ) throws(LoadError) -> [LoadProblem] {
    let name = PathName.name(of: path)
    if model.isImportanceMatrix {
      return [
        LoadProblem(
          .metadata, name, "says how much each weight matters (an imatrix); it was left out")
      ]
    }
    guard let (number, count) = model.split, count > 1 else { return [] }
    guard let shard = ShardName(name) else {
      return [LoadProblem(.part, name, "is one shard of \(count); the others were not read")]
    }
    guard shard.number == number, shard.count == count else {
      throw LoadError(
        .shardDisagreesWithIndex,
        "is shard \(number) of \(count), its name says \(shard.number) of \(shard.count)",
        file: path)
    }
    return []
  }
}

extension ScaledNVFP4Blocks {
  /// Puts the scales of NVFP4 tensors, which are tensors of their own, to what they scale.
  static func withScales(_ tensors: [Tensor]) -> [Tensor] {
    let scales = Dictionary(
      tensors.filter { $0.name.hasSuffix(".scale") && $0.elementType == .float32 && $0.isPlain }
        .map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard !scales.isEmpty else { return tensors }
    var taken: Set<String> = []
    let scaled = tensors.map { tensor in
      guard case .encoded(let decoding) = tensor.decoding, decoding is ScaledNVFP4Blocks,
        tensor.name.hasSuffix(".weight"), tensor.elementCount > 0,
        let scale = scales[tensor.name.dropLast("weight".count) + "scale"],
        scale.elementCount == 1 || tensor.shape.count == 3 && scale.elementCount == tensor.shape[0]
      else { return tensor }
      taken.insert(scale.name)
      return Tensor(
        name: tensor.name, shape: tensor.shape, stored: tensor.stored + scale.stored,
        decoding: .encoded(
          ScaledNVFP4Blocks(elementsPerScale: tensor.elementCount / scale.elementCount)))
    }
    return scaled.filter { !taken.contains($0.name) }
  }
}

extension Checkpoint.Format {
  package static let gguf = Self(rawValue: "gguf")
}
