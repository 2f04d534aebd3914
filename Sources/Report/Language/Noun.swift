/// What a report counts.
enum Noun: Translated, CaseIterable {
  case tensor, token, reference, model, layer, finding, file

  var texts: (en: String, zh: String) {
    switch self {
    case .tensor: ("tensor", "个张量")
    case .token: ("token", "个词元")
    case .reference: ("reference", "个参考模型")
    case .model: ("model", "个模型")
    case .layer: ("layer", "层")
    case .finding: ("finding", "条发现")
    case .file: ("file", "个文件")
    }
  }
}
