internal import Judge

extension Language {
  /// What a licence asks for and is not there.
  func words(_ notice: MissingNotice) -> String {
    guard self == .zh else { return notice.message }
    return filled(notice.kind.chinese, ["texts": notice.texts.joined(separator: "”或“")])
      ?? notice.message
  }
}

extension MissingNotice.Kind {
  /// `{texts}` is what the licence names.
  var chinese: String {
    switch self {
    case .cardLicence: "模型卡上的许可证声明"
    case .licenceText: "“{texts}”的许可证文本副本"
    case .noticeFile: "父模型所附的 NOTICE 文件"
    case .noticeText: "含有“{texts}…”的 NOTICE 文件"
    case .displayText: "模型卡上的“{texts}”字样"
    case .namePrefix: "以“{texts}”开头的名称"
    }
  }
}
