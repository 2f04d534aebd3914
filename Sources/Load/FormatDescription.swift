import Foundation

/// What is known of a format without opening a file: how its files are called, and what to do with
/// them.
///
/// Folders, messages, names of models and corpora are told what weights are by these alone.
package struct FormatDescription: Sendable {
  /// As reports call it: `safetensors`.
  package let id: String
  /// As messages call it: `a GGUF file`.
  package let name: String
  /// Endings of file names, lower-case.
  package let endings: [String]
  /// What else a name of the format has in it; nil for none.
  package let infix: String?
  /// What the names have in them of files that hold the numbers of another file of the format, which
  /// ends in the first ending and names them; nil for none.
  package let dataInfix: String?
  /// Whether a file so called promises to be of this format: loaders go by the name.
  package let ownsEndings: Bool
  /// What hubs call a folder's only model of this format, without ending, the most usual first.
  package let stems: [String]
  /// What the same weights once more are called, in the layout of the original code.
  package let copyStems: [String]
  /// Endings of files that say which shard holds which tensor.
  package let indexEndings: [String]
  /// Files whose names begin so are something else that a training run leaves behind.
  package let notWeights: [String]
  /// What to say of a file of a format that is not read, and what to do with it; nil for those
  /// that are.
  package let advice: String?

  package init(
    id: String, name: String, endings: [String], infix: String? = nil, dataInfix: String? = nil,
    ownsEndings: Bool = true,
    stems: [String] = [], copyStems: [String] = [], indexEndings: [String] = [],
    notWeights: [String] = [],
    advice: String? = nil
  ) {
    self.id = id
    self.name = name
    self.endings = endings
    self.infix = infix
    self.dataInfix = dataInfix
    self.ownsEndings = ownsEndings
    self.stems = stems
    self.copyStems = copyStems
    self.indexEndings = indexEndings
    self.notWeights = notWeights
    self.advice = advice
  }

  /// Whether a file is called like an index of shards: `model.safetensors.index.json`, also with the
  /// name of a variant in it, `….index.fp16.json`.
  package func hasIndexName(_ fileName: String) -> Bool {
    let name = Self.withoutVariant(fileName.lowercased())
    return indexEndings.contains { name.hasSuffix($0) }
  }

  /// `model.safetensors.index.json` of `model.safetensors.index.fp16.json`.
  ///
  /// By hand, as every file of a folder is asked: making a pattern takes a thousand times as long.
  private static func withoutVariant(_ name: String) -> String {
    guard name.hasSuffix(".json") else { return name }
    let steps = name.split(separator: ".", omittingEmptySubsequences: false)
    guard steps.count >= 4, steps[steps.count - 3] == "index", !steps[steps.count - 2].isEmpty,
      steps[steps.count - 2].utf8.allSatisfy({ byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      })
    else { return name }
    return (steps.dropLast(2) + ["json"]).joined(separator: ".")
  }

  /// Whether a file is called like weights of this format.
  package func matches(_ fileName: String) -> Bool {
    let name = fileName.lowercased()
    guard !notWeights.contains(where: { name.hasPrefix($0) }) else { return false }
    return endings.contains { name.hasSuffix($0) } || infix.map(name.contains) ?? false
      || indexName(ofData: fileName) != nil
  }

  /// The file that says what is in a file of data, `ckpt-1.index` of `ckpt-1.data-00000-of-00001`; nil
  /// for what is called otherwise.
  package func indexName(ofData fileName: String) -> String? {
    guard let dataInfix, let place = fileName.range(of: dataInfix, options: .backwards) else {
      return nil
    }
    return fileName[..<place.lowerBound] + endings[0]
  }
}
