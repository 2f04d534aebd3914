/// A tensor whose canonical bytes are a range of a file, as in safetensors and GGUF.
struct RangeStorage: TensorStorage {
  let file: any ByteSource
  /// Where the tensor's bytes are in the file.
  let range: Range<Int>
  let tensor: String

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard range.lowerBound >= 0, range.upperBound <= self.range.count else {
      throw LoadError(
        .offsetsOutOfRange, "bytes \(range) are asked for; the tensor has \(self.range.count)",
        file: file.path, tensor: tensor)
    }
    let start = self.range.lowerBound
    return try file.read(
      (start + range.lowerBound)..<(start + range.upperBound), tensor: tensor, scratch: scratch,
      body)
  }

  func places(of shape: [Int], _ type: ElementType) -> NumberPlaces? {
    StridedLayout.dense(shape).map {
      NumberPlaces(bytes: StorageBytes(source: file, range: range), layout: $0)
    }
  }

  func prefetch(_ range: Range<Int>) {
    file.prefetch(range.clamped(to: 0..<self.range.count), from: self.range.lowerBound)
  }
}
