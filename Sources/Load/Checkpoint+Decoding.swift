extension Checkpoint {
  /// Turns arrays as they are stored into the tensors that they are: packed weights into one each,
  /// numbers under a false type into what they are.
  ///
  /// The last step of opening, when the configuration is known.
  mutating func findStoredForms() {
    tensors = PackedWeights.grouped(tensors, config: metadata.config)
    tensors = BFloat16InWords.read(tensors, config: metadata.config)
  }
}
