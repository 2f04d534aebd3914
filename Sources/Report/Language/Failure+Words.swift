internal import Fingerprint
internal import Load

extension Language {
  /// Why an input could not be inspected: in Chinese what kind of failure it is, and in brackets what
  /// the reader said, whose details are English.
  package func failure(_ message: String) -> String {
    guard self == .zh else { return message }
    let sentence = ReaderSentences.translated(message, to: self)
    guard sentence == message, message.hasSuffix("]"),
      let open = message.lastIndex(of: "[")
    else { return sentence }
    let code = String(message[message.index(after: open)...].dropLast())
    let kind =
      LoadError.Code(rawValue: code)?.chinese ?? FingerprintError.Code(rawValue: code)?.chinese
    return kind.map { $0 + bracketed(message) } ?? message
  }
}

extension LoadError.Code {
  fileprivate var chinese: String {
    switch self {
    case .notFound: "找不到该文件或模型"
    case .notPermitted: "没有读取权限"
    case .readFailed: "读取失败"
    case .emptyFile: "文件为空"
    case .unknownFormat: "不是可读取的格式"
    case .ambiguousFormat: "文件同时符合多种格式，不予采信"
    case .noWeights: "其中没有权重"
    case .truncated: "文件不完整，缺少头部所述的数据"
    case .changedWhileRead: "文件在读取期间被改动"
    case .headerTooLarge: "文件头超过允许的大小"
    case .headerNotUTF8: "文件头不是 UTF-8 文本"
    case .headerMalformed: "文件头格式有误"
    case .duplicateKey: "同一名称出现两次"
    case .nestingTooDeep: "嵌套过深"
    case .unknownElementType: "张量的数值类型未知"
    case .shapeOverflow: "张量的形状过大"
    case .sizeMismatch: "数据大小与形状、类型不符"
    case .offsetsOverlap: "张量数据相互重叠"
    case .offsetsLeaveGap: "张量数据之间有空缺"
    case .offsetsOutOfRange: "张量数据的位置超出文件"
    case .tooManyTensors: "张量数量超过上限"
    case .indexMalformed: "分片索引格式有误"
    case .shardMissing: "缺少分片"
    case .shardOutsideFolder: "分片位于模型文件夹之外，不予读取"
    case .shardDisagreesWithIndex: "分片与索引不一致"
    case .unsupportedLayout: "不支持这种存储布局"
    case .parserFailed: "解析失败"
    case .parserTimedOut: "解析超时"
    case .dataCorrupt: "数据损坏"
    case .metadataMalformed: "权重旁的说明文件格式有误"
    case .limitExceeded: "超过允许的上限"
    }
  }
}

extension FingerprintError.Code {
  fileprivate var chinese: String {
    switch self {
    case .unreadableTensor: "有张量无法读取"
    case .unknownVersion: "指纹的版本未知"
    case .damaged: "指纹已损坏"
    case .notWritten: "指纹未能写入"
    }
  }
}
