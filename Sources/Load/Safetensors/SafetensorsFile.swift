/// One safetensors file, opened: its header checked, its tensors mapped.
struct SafetensorsFile {
  let file: MappedFile
  /// The `__metadata__` strings.
  let strings: [String: String]
  /// In the order of their bytes.
  let tensors: [Tensor]

  init(path: String, limits: LoadLimits) throws(LoadError) {
    let file = try MappedFile(path: path)
    let header = try SafetensorsHeader(of: file, limits: limits)
    self.file = file
    strings = header.strings
    tensors = header.entries.map { entry in
      let start = header.dataOffset + entry.dataRange.lowerBound
      return Tensor(
        name: entry.name, elementType: entry.elementType, shape: entry.shape,
        storage: SafetensorsStorage(
          file: file, range: start..<(start + entry.dataRange.count), tensor: entry.name))
    }
  }

  var source: Checkpoint.SourceFile { Checkpoint.SourceFile(file) }
}
