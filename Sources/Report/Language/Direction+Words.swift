internal import Compare
internal import Judge

extension Language {
  /// Who came first and what says so, in one phrase.
  func words(_ direction: Direction) -> String {
    var text = self(direction.value)
    if direction.value == .commonAncestor, let via = direction.via {
      text = pick(("both were made from \(via)", "两者均由 \(via) 衍生"))
    }
    guard let reason = direction.reason else { return text }
    return text + colon + self(reason)
  }
}

extension Language {
  /// What a reference is to the subject: its parent, or a relative.
  func name(of parent: Parent) -> String {
    let isParent =
      parent.relation != .sharedInitialisation && parent.direction.value == .fromReference
    return say(isParent ? .parent : .relative)
  }

  /// The relatives that fit as well as a parent, in one phrase; empty where there are none.
  func alternatives(_ parent: Parent) -> [String] {
    parent.alternatives.isEmpty ? [] : [say(.alternatives, some(parent.alternatives))]
  }

  /// The first of several names, one of which is meant; a family may have hundreds.
  func oneOf(_ names: [String]) -> String {
    let more = names.count - Self.named
    guard more > 0 else { return names.joined(separator: pick((" or ", " 或 "))) }
    let first = names.prefix(Self.named).joined(separator: comma)
    return first + pick((" or one of \(more) more", "，或另外 \(more) 个之一"))
  }

  /// The first of several names, and how many more there are.
  func some(_ names: [String]) -> String {
    let more = names.count - Self.named
    return list(Array(names.prefix(Self.named))) + (more > 0 ? say(.andMore, String(more)) : "")
  }

  /// Names that a sentence holds.
  private static let named = 6
}

extension Direction.Value: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .fromReference: ("the reference is the parent", "参考模型为父模型")
    case .toReference: ("the reference is the child", "参考模型为子模型")
    case .commonAncestor: ("both were made from a third", "两者均由第三个模型衍生")
    case .undirected: ("which of the two came first is open", "两者孰先孰后尚不能确定")
    }
  }
}

extension Direction.Source: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .weights: ("the weights", "权重")
    case .corpus: ("the corpus", "参考库")
    case .declared: ("a declaration", "声明")
    case .none: ("nothing", "无")
    }
  }
}

extension Direction.Reason: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .merge(let count):
      ("a merge of \(count) references", "由 \(count) 个参考模型合并而成")
    case .drift(let drift): drift.texts
    case .trace(let trace): trace.texts
    case .original:
      ("the corpus calls the reference an original", "参考库声明该参考模型为原作")
    case .namesSubject(let name):
      (
        "the reference's card or the corpus names \(name) as its parent",
        "参考模型的模型卡或参考库将 \(name) 列为其父模型"
      )
    case .namesDeclaredParent(let name):
      (
        "the reference's card or the corpus names \(name) as its parent, which this model declares "
          + "too",
        "参考模型的模型卡或参考库将 \(name) 列为其父模型，被检模型亦声明如此"
      )
    case .declaredAs(let name, let source):
      ("declared as \(name) (\(source))", "已声明为 \(name)（\(source)）")
    }
  }
}

extension Direction.Drift: Translated {
  var texts: (en: String, zh: String) {
    let figure = "β = \(Figures.rounded(beta, 2)) ± \(Figures.rounded(error, 2))"
    let known = base.flatMap { base in outgroup.map { (base, $0) } }
    let measured: (en: String, zh: String) =
      switch space {
      case .circuits: (", measured on its circuits", "（按功能回路量得）")
      case .values: (", measured on the numbers themselves", "（按权重数值本身量得）")
      case .weights, nil: ("", "")
      }
    return (
      "of the reference's own history, which its sibling lacks, the model carries \(figure)"
        + (known.map { " (seen from \($0.0), beside \($0.1))" } ?? "") + measured.en,
      "参考模型自身（其同类所无）的训练历程，被检模型所含比例为 \(figure)"
        + (known.map { "（以 \($0.0) 为基准，\($0.1) 为外群）" } ?? "") + measured.zh
    )
  }
}

extension Trace: Translated {
  var texts: (en: String, zh: String) {
    texts(bearer: isSubjects ? ("the model", "被检模型") : ("the reference", "参考模型"))
  }

  /// - Parameter bearer: what the model that bears the trace is called.
  func texts(bearer: (en: String, zh: String)) -> (en: String, zh: String) {
    let (model, zhModel) = bearer
    return switch kind {
    case .grid:
      (
        "only the values of \(model) lie on a quantisation grid (\(count) matrices)",
        "只有\(zhModel)的数值落在量化网格上（\(count) 个矩阵）"
      )
    case .cast:
      (
        "the values of \(model) are those of the other, rounded (\(count) matrices)",
        "\(zhModel)的数值是另一方取整的结果（\(count) 个矩阵）"
      )
    case .zeros:
      (
        "only \(model) has zeros where the other has values (\(count) matrices)",
        "只有\(zhModel)在另一方有值之处为零（\(count) 个矩阵）"
      )
    case .repeatedLayers:
      (
        "only \(model) has layers that are near copies of one another (\(count))",
        "只有\(zhModel)含有彼此几乎相同的层（\(count) 层）"
      )
    case .equalExperts:
      (
        "only \(model) has experts that are near copies of one another (\(count) layers)",
        "只有\(zhModel)含有彼此几乎相同的专家（\(count) 层）"
      )
    case .unitSubset:
      (
        "the neurons, heads or dimensions of \(model) are some of the other's (\(count) layers)",
        "\(zhModel)的神经元、注意力头或维度是另一方的一部分（\(count) 层）"
      )
    case .tokenSubset:
      (
        "the tokens of \(model) are some of the other's, in its order; there \(count) more stand between them",
        "\(zhModel)的词元是另一方的一部分，次序相同；另一方在其间还有 \(count) 个"
      )
    case .appendedRows:
      (
        "the vocabulary of \(model) has \(count) rows more, which bear the traces of new ones",
        "\(zhModel)的词表多出 \(count) 行，且带有新增行的特征"
      )
    case .extendedModel:
      (
        "the vocabulary of \(model) has \(count) rows more, which bear the traces of new ones; the rest is "
          + "the other's, or a model's as near to it",
        "\(zhModel)的词表多出 \(count) 行，且带有新增行的特征；其余部分即另一方，或与之同样接近的模型"
      )
    }
  }
}

extension Trace.Kind: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .grid: (rawValue, "量化网格")
    case .cast: (rawValue, "取整")
    case .zeros: (rawValue, "置零")
    case .repeatedLayers: (rawValue, "重复的层")
    case .equalExperts: (rawValue, "相同的专家")
    case .unitSubset: (rawValue, "单元的子集")
    case .tokenSubset: (rawValue, "词元的子集")
    case .appendedRows: (rawValue, "新增的行")
    case .extendedModel: (rawValue, "扩充的模型")
    }
  }
}
