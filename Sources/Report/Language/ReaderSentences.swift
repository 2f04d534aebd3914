/// What the readers of models say in English sentences, in Chinese.
///
/// Load and Fingerprint say what they could not read where they see it, and keep it in fingerprints; so
/// does who counts repositories. What is between `{` and `}` is copied. A sentence that is not among these stays in English.
enum ReaderSentences {
  /// In the language, where it is known there.
  static func translated(_ sentence: String, to language: Language) -> String {
    guard language == .zh else { return sentence }
    for (english, chinese) in sentences + notes {
      if let values = match(sentence, english) { return filled(chinese, values) ?? sentence }
    }
    return sentence
  }

  static let sentences: [(en: String, zh: String)] = [
    // Anchors of circuits
    ("no token embedding: circuits cannot be anchored", "没有词嵌入，无法锚定功能回路"),
    (
      "no tokenizer beside the weights: circuits cannot be anchored",
      "权重旁没有分词器，无法锚定功能回路"
    ),
    (
      "no tokenizer beside the weights: circuits are anchored by token ids, and compare only with "
        + "models anchored so",
      "权重旁没有分词器：功能回路按词元编号锚定，只能与同样锚定的模型比较"
    ),
    (
      "tokens were told by their embeddings alone, and are those of {0} in another order or under "
        + "other names; the number of tests is corrected for that",
      "仅凭嵌入辨认词元：它们是 {0} 的词元，但顺序或名称不同；检验次数已相应校正"
    ),
    (
      "the token embedding was not decoded ({0}): circuits cannot be anchored",
      "词嵌入未能解码（{0}），无法锚定功能回路"
    ),
    (
      "only {0} anchor tokens with independent embeddings: circuits cannot be anchored",
      "嵌入相互独立的锚定词元只有 {0} 个，无法锚定功能回路"
    ),
    (
      "{0} and {1} more: their values are too large to be compared",
      "{0} 及另外 {1} 个张量的数值过大，无法比较"
    ),
    ("{0}: its values are too large to be compared", "{0} 的数值过大，无法比较"),
    // Files of weights
    ("is one shard of {0}; the others were not read", "是 {0} 个分片之一，其余分片未读取"),
    ("names shards of which none is there; it was left out", "所列的分片一个也不存在，已略去"),
    (
      "is a shard of another checkpoint, which is not complete", "是另一个不完整检查点的分片"
    ),
    ("is another checkpoint ({0})", "是另一个检查点（{0}）"),
    (
      "is called like weights ({0}), and is of no format that is read",
      "名称像权重文件（{0}），但不是可读取的格式"
    ),
    ("is called like {0}, which is not read", "名称像 {0} 文件，该格式不读取"),
    ("is in a folder below the model's weights", "位于模型权重下级的文件夹中"),
    ("is of a format that is not read", "其格式不读取"),
    ("holds {0}; its name promises {1}", "内容为 {0}，而名称表示 {1}"),
    // Repositories
    ("git is not in PATH", "PATH 中没有 git"),
    ("is no git repository: neither a checkout nor a bare one", "不是 git 仓库"),
    (
      "has its history elsewhere (a worktree, submodule or link): name the repository that holds it",
      "其历史在别处（工作树、子模块或链接），请改为指定存放历史的仓库"
    ),
    (
      "is a git repository with a pipe, socket or device in place of a file",
      "该 git 仓库中有管道、套接字或设备冒充文件"
    ),
    ("is a git repository without a commit that git can read", "该 git 仓库没有可读取的提交"),
    ("has a history that git cannot read to its end", "git 无法读完其历史"),
    ("no temporary folder could be made for git to work in", "无法为 git 建立临时文件夹"),
    ("git took longer than {0} s", "git 用时超过 {0} 秒"),
    ("the history is too large to be counted", "历史过大，无法统计"),
    // Tensors
    ("is stored sparse, which is not read", "以稀疏形式存储，不读取"),
    ("is stored in pieces, as no writer stores it", "分块存储的方式不是任何写入程序所用，未读取"),
    (
      "looks like a factor of a low-rank change, and shapes, types or scale do not fit",
      "看似低秩改变的因子，但形状、类型或缩放不相符"
    ),
    ("is of type {0} of TensorFlow, which is not read", "类型为 TensorFlow 的 {0}，不读取"),
    (
      "says how much each weight matters (an imatrix); it was left out",
      "记录各权重的重要程度（imatrix），已略去"
    ),
    (
      "weights that are given to functions of the graph keep the names that they have there",
      "传入计算图函数的权重沿用其在函数中的名称"
    ),
  ]

  /// What stands for `{0}`, `{1}` … in a sentence; nil if it is another one.
  static func match(_ sentence: String, _ template: String) -> [String: String]? {
    var (values, rest) = ([String: String](), Substring(sentence))
    var parts = template.split(separator: "{", omittingEmptySubsequences: false)[...]
    guard let first = parts.popFirst(), rest.hasPrefix(first) else { return nil }
    rest = rest.dropFirst(first.count)
    while let part = parts.popFirst() {
      guard let close = part.firstIndex(of: "}") else { return nil }
      let name = String(part[..<close])
      let literal = part[part.index(after: close)...]
      if literal.isEmpty, parts.isEmpty {
        values[name] = String(rest)
        return values
      }
      // The last place, so that a value may hold what stands behind it.
      let found = parts.isEmpty ? rest.ranges(of: literal).last : rest.ranges(of: literal).first
      guard let found else { return nil }
      values[name] = String(rest[..<found.lowerBound])
      rest = rest[found.upperBound...]
    }
    return rest.isEmpty ? values : nil
  }
}
