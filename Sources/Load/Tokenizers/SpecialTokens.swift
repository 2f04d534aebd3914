/// Tokens that stand for no text, in files that do not mark them.
enum SpecialTokens {
  static func isSpecial(_ text: String) -> Bool {
    if names.contains(text) { return true }
    // <|endoftext|>, <|im_start|>; BERT's [unused17]
    if text.hasPrefix("<|"), text.hasSuffix("|>"), text.utf8.count > 4 { return true }
    return text.hasPrefix("[unused") && text.hasSuffix("]")
  }

  private static let names: Set<String> = [
    "<s>", "</s>", "<unk>", "<pad>", "<mask>", "<bos>", "<eos>", "<cls>", "<sep>",
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[BOS]", "[EOS]",
  ]
}
