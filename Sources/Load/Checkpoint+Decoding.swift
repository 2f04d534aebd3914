extension Checkpoint {
  /// Turns arrays as they are stored into the tensors that they are: packed weights into one each,
  /// numbers under a false type into what they are.
  ///
  /// The last step of opening, when the configuration is known.
  mutating func findStoredForms() {
    tensors = PackedWeights.grouped(
      tensors, config: metadata.config, headerStrings: metadata.headerStrings)
    let adapter = AdapterWeights.grouped(tensors, metadata: metadata)
    tensors = adapter.tensors
    problems += adapter.problems
    let words = tensors.count { $0.elementType == .uint16 && $0.isPlain }
    tensors = BFloat16InWords.read(tensors, config: metadata.config)
    if words > 0, !tensors.contains(where: { $0.elementType == .uint16 && $0.isPlain }) {
      notes.append(
        words == 1
          ? "one tensor stored as U16 is read as bfloat16"
          : "\(words) tensors stored as U16 are read as bfloat16")
    }
  }
}
