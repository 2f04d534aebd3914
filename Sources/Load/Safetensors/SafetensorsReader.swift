/// Reads safetensors files.
package enum SafetensorsReader: CheckpointFormat {
  package static let description = FormatDescription(
    id: Checkpoint.Format.safetensors.rawValue, name: "safetensors", endings: [".safetensors"],
    stems: ["model", "diffusion_pytorch_model", "adapter_model"], copyStems: ["consolidated"],
    indexEndings: [".safetensors.index.json"])

  /// Certain is what the reader opens: a header that accounts for every byte of the file.
  ///
  /// A length that cannot be true is a claim all the same: the reader then names it.
  package static func claim(_ source: any ByteSource) -> Claim {
    let looksRight = try? source.withPrefix(9) { bytes throws(LoadError) in
      bytes.has(CollectionOfOne(UInt8(ascii: "{")), at: 8)
        && bytes.prefix(8).contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) || $0 >= 0x7F }
    }
    guard looksRight == true else { return .none }
    return Claim { () throws(LoadError) in
      _ = try SafetensorsHeader(of: source, limits: .standard)
    }
  }

  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let header = try SafetensorsHeader(of: source, limits: limits)
    let tensors = header.entries.map { entry in
      let start = header.dataOffset + entry.dataRange.lowerBound
      return Tensor(
        name: entry.name, elementType: entry.elementType, shape: entry.shape,
        axisOrder: KernelNames.axisOrder(of: entry.name, shape: entry.shape),
        storage: RangeStorage(
          file: source, range: start..<(start + entry.dataRange.count), tensor: entry.name))
    }
    return Checkpoint(
      name: PathName.name(of: source.path), path: source.path, format: .safetensors,
      tensors: tensors, metadata: ModelMetadata(headerStrings: header.strings),
      files: [Checkpoint.SourceFile(source)])
  }
}

extension Checkpoint.Format {
  package static let safetensors = Self(rawValue: "safetensors")
}
