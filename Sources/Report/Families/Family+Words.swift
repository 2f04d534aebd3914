private import Foundation
internal import Judge

// What `tree` says, every phrase in all languages side by side. Names from files go in as they are:
// writers see to their escaping.

extension Language {
  func heading(_ forest: FamilyForest, unread: Int) -> String {
    let (families, models) = (forest.families.count, forest.models.count)
    let strangers = forest.strangers.count
    let english = [
      families == 1 ? "1 family" : "\(families) families",
      "among \(Figures.plural(models, "model"))",
    ].joined(separator: " ")
    let rest = [
      strangers > 0 ? pick(("\(strangers) of no family", "\(strangers) 个不属于任何家族")) : nil,
      unread > 0 ? pick(("\(unread) could not be read", "\(unread) 个无法读取")) : nil,
    ].compactMap(\.self)
    return ([pick((english, "\(models) 个模型中有 \(families) 个家族"))] + rest)
      .joined(separator: self == .zh ? "；" : "; ")
  }

  func name(_ family: Family, number: Int) -> String {
    pick(("Family \(number)", "家族 \(number)"))
  }

  func size(_ family: Family) -> String { count(family.models.count, .model) }

  func names(_ models: [Int], _ forest: FamilyForest) -> String {
    let names = models.map { forest.models[$0].id }
    guard names.count > 4 else { return list(names) }
    return list(Array(names.prefix(3))) + say(.andMore, String(names.count - 3))
  }

  /// An ancestor in no file, with what else the distances may mean.
  func words(_ ancestor: UnknownAncestor, _ forest: FamilyForest) -> String {
    let (near, far) = (Figures.distance(ancestor.nearest), Figures.distance(ancestor.farthest))
    let count = ancestor.models.count
    let place =
      near == far
      ? pick(("at \(near) from each", "与各模型相距 \(near)"))
      : pick(("at \(near) to \(far) from them", "与各模型相距 \(near) 至 \(far)"))
    let start = pick(
      ("unknown ancestor of \(count) models, \(place)", "\(count) 个模型的未知祖先，\(place)"))
    guard let exact = ancestor.exact else {
      return start + pick(("; or common training data", "；亦可能只是训练数据相同"))
    }
    let models = names(exact.models, forest)
    let matrices = exact.matrices
    return start
      + pick(
        (
          ", or one of them: \(models) have \(matrices == 1 ? "a matrix" : "\(matrices) matrices") "
            + "byte for byte in common that the others of the family have not",
          "，或即其中之一：\(models) 有 \(matrices) 个矩阵逐字节相同，而家族中其他模型没有"
        ))
  }

  /// What shows that one model was made from another.
  func words(_ direction: Direction, parent: String, child: String) -> String {
    switch direction.reason {
    case .merge(let count):
      return pick(("a merge of \(count) models", "由 \(count) 个模型合并而成"))
    case .drift(let drift):
      let figure = "β = \(Figures.rounded(drift.beta, 2)) ± \(Figures.rounded(drift.error, 2))"
      let beside = drift.outgroup ?? "?"
      return pick(
        (
          "of what \(parent) learned apart from \(beside), \(child) carries \(figure)",
          "\(parent) 有别于 \(beside) 的训练历程，\(child) 所含比例为 \(figure)"
        ))
    case .trace(let trace):
      let isChilds = trace.isSubjects == (direction.value == .fromReference)
      let bearer = isChilds ? child : parent
      return pick(trace.texts(bearer: (bearer, bearer)))
    case .original, .namesSubject, .namesDeclaredParent, .declaredAs, nil:
      return direction.reason.map { self($0) } ?? ""
    }
  }

  /// What is known of an open edge, beside its distance.
  func known(_ edge: Family.Edge, _ forest: FamilyForest) -> [String] {
    guard case .open(let excluded, let later) = edge.kind, case .model(let from) = edge.from,
      case .model(let to) = edge.to
    else { return [] }
    var known: [String] = []
    if let later {
      let bearer = forest.models[later.isTo ? to : from].id
      known.append(pick(later.trace.texts(bearer: (bearer, bearer))))
    }
    let first = forest.models[from].id
    if excluded.count == 2 {
      known.append(pick(("neither was built on the other", "两者均非由对方衍生")))
    } else if excluded.contains(.forward) {
      known.append(pick(("not built on \(first)", "并非由 \(first) 衍生")))
    } else if excluded.contains(.backward) {
      known.append(pick(("\(first) was not built on it", "\(first) 并非由其衍生")))
    }
    if edge.distance == nil { known.append(pick(("by what they compute", "依据功能"))) }
    return known
  }

  func words(_ source: AssertedParent.Source) -> String {
    switch source {
    case .manifest: pick(("the corpus's manifest", "参考库清单"))
    case .card(let file): file
    }
  }

  /// What is said of a model's parent, and how the weights stand to it.
  func words(_ assertion: AssertedParent, _ forest: FamilyForest) -> String {
    let child = forest.models[assertion.child].id
    let parent = assertion.parent.map { forest.models[$0].id } ?? assertion.name
    let text = pick(
      (
        "\(child) from \(parent), says \(words(assertion.source))",
        "\(words(assertion.source)) 称 \(child) 由 \(parent) 衍生"
      ))
    return text + bracketed(self(forest.standing(of: assertion)))
  }

  func words(_ conflict: AssertionConflict, _ forest: FamilyForest) -> String {
    func id(_ model: Int?) -> String { model.map { forest.models[$0].id } ?? "?" }
    func said(_ assertion: AssertedParent) -> String {
      pick(
        (
          "\(words(assertion.source)) says that \(id(assertion.child)) was made from "
            + "\(id(assertion.parent))",
          "\(words(assertion.source)) 称 \(id(assertion.child)) 由 \(id(assertion.parent)) 衍生"
        ))
    }
    switch conflict {
    case .reversed(let assertion):
      return said(assertion)
        + pick(
          (
            "; the weights show that \(id(assertion.parent)) was made from \(id(assertion.child))",
            "；权重表明 \(id(assertion.parent)) 由 \(id(assertion.child)) 衍生"
          ))
    case .excluded(let assertion):
      return said(assertion)
        + pick(("; the weights exclude it", "；权重排除了这一点"))
    case .unrelated(let assertion):
      return said(assertion)
        + pick(
          (
            "; the weights show no kinship of the two",
            "；权重未显示两者有亲缘关系"
          ))
    case .originalHasParent(let original, let parent):
      return pick(
        (
          "the corpus calls \(id(original)) an original; the weights show that it was made from "
            + id(parent),
          "参考库称 \(id(original)) 为原作；权重表明其由 \(id(parent)) 衍生"
        ))
    }
  }
}

/// The strokes of a drawing.
enum FamilyLegend: Translated, CaseIterable {
  case descent, open, asserted

  var texts: (en: String, zh: String) {
    switch self {
    case .descent: ("made from, as the weights show", "由权重证明的衍生关系")
    case .open:
      (
        "trained weights are shared: one was made from the other or both from a third",
        "共有训练所得权重：一方由另一方衍生，或两者同出于第三者"
      )
    case .asserted: ("said by a card or the corpus, no evidence", "模型卡或参考库所称，并非证据")
    }
  }
}

/// Headings of a drawing.
enum FamilyHeading: Translated, CaseIterable {
  case title, shown, said, contradictions, strangers, unread, original, also, distanceNote, model
  case evidence, distance, byName, searchNote, find, foundNone, foundSome, foundFirst

  var texts: (en: String, zh: String) {
    switch self {
    case .title: ("Families of models", "模型家族")
    case .shown: ("Shown", "已证明")
    case .said: ("Said", "所称")
    case .contradictions: ("Conflicts", "矛盾")
    case .strangers: ("No family", "无家族")
    case .unread: ("Not read", "未读取")
    case .original: ("original, says the corpus", "参考库称其为原作")
    case .also: ("also made from", "亦由其衍生：")
    case .distanceNote:
      (
        "Numbers are relative distances ‖B − A‖ / ‖A‖; nearness by itself shows no descent.",
        "数字为相对距离 ‖B − A‖ / ‖A‖；距离近本身并不证明衍生。"
      )
    case .model: ("model", "模型")
    case .evidence: ("evidence", "证据")
    case .distance: ("distance", "距离")
    case .byName: ("Models by name", "按名称列出的模型")
    case .searchNote:
      (
        "A name leads to where its model stands. The browser's search opens what is folded.",
        "点击名称即跳转到该模型所在之处。浏览器的查找功能会展开折叠的内容。"
      )
    case .find: ("Find models", "查找模型")
    // Of these, {} are numbers that the page's script puts in: how many there are, and are shown.
    case .foundNone: ("no model", "没有匹配的模型")
    case .foundSome: ("found: {}", "共 {} 个")
    case .foundFirst: ("found: {}; the first {} of them:", "共 {} 个，以下为前 {} 个：")
    }
  }
}

/// How the weights stand to an assertion.
enum AssertionStanding: String, Translated, CaseIterable {
  case shown, open, contradicted
  case notHere = "not-here"

  var texts: (en: String, zh: String) {
    switch self {
    case .shown: ("the weights show it", "权重予以证明")
    case .open: ("the weights leave it open", "权重无法判定")
    case .contradicted: ("the weights contradict it", "权重与之矛盾")
    case .notHere: ("not one of these models", "不在这些模型之中")
    }
  }
}

extension FamilyForest {
  func standing(of assertion: AssertedParent) -> AssertionStanding {
    guard let parent = assertion.parent else { return .notHere }
    let isContradicted = conflicts.contains { conflict in
      switch conflict {
      case .reversed(let said), .excluded(let said), .unrelated(let said): said == assertion
      case .originalHasParent: false
      }
    }
    if isContradicted { return .contradicted }
    let isShown = families.contains { family in
      family.edges.contains {
        $0.isDescent && $0.from == .model(parent) && $0.to == .model(assertion.child)
      }
    }
    return isShown ? .shown : .open
  }
}

extension Stranger.Standing: Translated {
  var texts: (en: String, zh: String) {
    switch self {
    case .unrelated: ("no relative found", "未发现近亲")
    case .sharedInitialisation:
      ("initial weights shared with another, no training", "仅与另一模型共有初始权重，未见共同训练")
    case .inconclusive: ("could not be judged", "无法判定")
    case .alone: ("nothing to compare with", "没有可比较的模型")
    }
  }
}

extension Figures {
  /// A relative distance: `0.17`, `0.0045`.
  static func distance(_ value: Double) -> String { String(format: "%.2g", value) }
}
