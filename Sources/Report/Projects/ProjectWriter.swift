/// Counts of projects side by side, for people and for machines.
package struct ProjectWriter: Sendable {
  private let options: WriterOptions
  private var language: Language { options.language }

  package init(options: WriterOptions) {
    self.options = options
  }

  // MARK: Text

  package func text(_ report: ProjectReport) -> String {
    var page = Page(options: options)
    page.line()
    let label = pick("Project", "项目")
    page.paragraph(label, describe(report.project))
    if let reference = report.reference {
      page.paragraph(pick("Reference", "参照项目"), describe(reference))
    }
    page.paragraph(
      pick("Period", "时段"),
      pick(
        "\(report.since ?? "the first commit") to \(report.until ?? "the last commit"), by the "
          + "committers' clocks, in UTC",
        "\(report.since ?? "首次提交") 至 \(report.until ?? "最近提交")，依提交者的时钟，以 UTC 计"))
    page.line()
    let isPair = report.reference != nil
    var rows = [[""] + (isPair ? pairHeadings : [pick("count", "数量")])]
    rows += figures(report).map { figure in
      var row = [figure.name, Self.count(figure.project)]
      if isPair {
        row += [
          Self.count(figure.own), Self.count(figure.reference),
          figure.share.map(Figures.percent) ?? "–",
        ]
      }
      return row
    }
    page.block(
      pick("Counts", "计数"),
      page.table(rows, rightAligned: Set(1..<rows[0].count), headings: true))
    page.line()
    if isPair {
      page.paragraph(
        "",
        pick(
          "own: in commits that no branch of the reference has; issues are those of each one's own tracker; "
            + "share: own of own and reference together",
          "自有：出自参照项目任何分支都没有的提交；问题与合并请求各自计入自己的项目；占比：自有数占自有与参照之和的比例"
        ), .dim)
      if report.own == nil {
        page.paragraph(
          "",
          pick(
            "what is own is not known: older commits of one of the two are missing",
            "自有部分无从得知：其中一方缺少较早的提交"), .dim)
      }
    }
    page.paragraph(
      "",
      pick(
        "counts say how much was done, not how well, and nothing of any weights",
        "计数只说明做了多少，不说明质量，也与权重的血缘无关"), .dim)
    return page.text
  }

  private var pairHeadings: [String] {
    [pick("project", "项目"), pick("own", "自有"), pick("reference", "参照"), pick("share", "占比")]
  }

  private func describe(_ side: ProjectSide) -> String {
    let shallow =
      side.isShallow ? pick(" · shallow: older commits are missing", " · 浅克隆：缺少较早的提交") : ""
    return printable(side.name) + " · " + pick("commit ", "提交 ")
      + printable(String(side.commit.prefix(12)))
      + shallow
  }

  private func pick(_ english: String, _ chinese: String) -> String {
    language == .zh ? chinese : english
  }

  private static func count(_ value: Int?) -> String { value.map(String.init) ?? "–" }

  // MARK: Figures

  private struct Figure {
    var key: String
    var name: String
    var project: Int?
    var own: Int?
    var reference: Int?

    /// Own of own and reference together.
    var share: Double? {
      guard let reference, let own, own + reference > 0 else { return nil }
      return Double(own) / Double(own + reference)
    }
  }

  private func figures(_ report: ProjectReport) -> [Figure] {
    func tally(_ key: String, _ name: String, _ path: KeyPath<ProjectTally, Int>) -> Figure {
      Figure(
        key: key, name: name, project: report.project.tally[keyPath: path],
        own: report.own?[keyPath: path], reference: report.reference?.tally[keyPath: path])
    }
    // Files of a fork are the reference's too, in part; issues of its tracker are not.
    func side(
      _ key: String, _ name: String, isOwn: Bool = false, _ value: (ProjectSide) -> Int?
    ) -> Figure {
      let mine = value(report.project)
      return Figure(
        key: key, name: name, project: mine, own: isOwn && report.reference != nil ? mine : nil,
        reference: report.reference.flatMap(value))
    }
    return [
      tally("commits", pick("commits", "提交"), \.commits),
      tally("merges", pick("of these, merges", "其中合并提交"), \.merges),
      tally("authors", pick("authors", "作者"), \.authors),
      tally("linesAdded", pick("lines added", "新增行"), \.linesAdded),
      tally("linesRemoved", pick("lines removed", "删除行"), \.linesRemoved),
      tally("pagesTouched", pick("documentation pages touched", "改动过的文档页"), \.pagesTouched),
      side("documentationPages", pick("documentation pages there are", "现有文档页")) {
        $0.documentationPages
      },
      side("files", pick("files there are", "现有文件")) { $0.files },
      side("issuesClosed", pick("issues closed", "已关闭的问题"), isOwn: true, \.issuesClosed),
      side(
        "requestsClosed", pick("pull requests closed", "已关闭的合并请求"), isOwn: true,
        \.requestsClosed),
    ]
  }

  // MARK: JSON

  package func json(_ report: ProjectReport) -> String {
    let counts = figures(report).map { figure in
      (
        figure.key,
        JSONNode.object([
          "project": .optional(figure.project, JSONNode.integer),
          "own": .optional(figure.own, JSONNode.integer),
          "reference": .optional(figure.reference, JSONNode.integer),
          "share": .optional(figure.share, JSONNode.number),
        ])
      )
    }
    return JSONNode.object([
      "schema": .string("shellcheck-model/project/1"),
      "since": .optional(report.since, JSONNode.string),
      "until": .optional(report.until, JSONNode.string),
      "project": Self.node(report.project),
      "reference": .optional(report.reference, Self.node),
      "counts": .object(Dictionary(uniqueKeysWithValues: counts)),
    ]).encoded() + "\n"
  }

  private static func node(_ side: ProjectSide) -> JSONNode {
    .object([
      "name": .string(side.name), "commit": .string(side.commit),
      "isShallow": .bool(side.isShallow),
    ])
  }
}
