internal import Judge

extension Language {
  /// What a licence asks for and is not there.
  func words(_ notice: MissingNotice) -> String { self(notice) }
}

extension MissingNotice: Translated {
  var texts: (en: String, zh: String) {
    let english = texts(joined: "” or “")
    let chinese = texts(joined: "”或“")
    return switch kind {
    case .cardLicence: ("a licence on the card", "模型卡上的许可证声明")
    case .licenceText: ("a copy of the \(english)", "“\(chinese)”的许可证文本副本")
    case .noticeFile: ("the NOTICE file that the parent has", "父模型所附的 NOTICE 文件")
    case .noticeText:
      ("a NOTICE file with “\(english)…”", "含有“\(chinese)…”的 NOTICE 文件")
    case .displayText: ("“\(english)” on the card", "模型卡上的“\(chinese)”字样")
    case .namePrefix:
      ("a name that begins with “\(english)”", "以“\(chinese)”开头的名称")
    }
  }

  private func texts(joined separator: String) -> String { wordings.joined(separator: separator) }
}
