internal import Judge

/// An SPDX 3.0.1 document as JSON-LD: each model as an AI package with its parts, files, hashes and
/// licences, and the references that it descends from.
///
/// Descent is a relationship only where it was shown, asserted or declared who came first. A model's
/// licence is `hasDeclaredLicense`; those of its ancestors are `hasConcludedLicense`. What it was trained
/// on is not in weights, so nothing is `trainedOn`. Equal runs write equal bytes.
///
/// Source: SPDX 3.0.1, https://spdx.github.io/spdx-spec/v3.0.1.
package struct SPDXWriter: ReportWriter {
  package static let format = "spdx"
  package static let needsFileDigests = true

  private let sourceDate: Int?

  package init(options: WriterOptions) {
    sourceDate = options.sourceDate
  }

  package func write(_ report: ForensicReport) -> String {
    // The identifiers follow from the contents.
    let contents = document(of: report, namespace: "").onOneLine()
    let namespace = "urn:uuid:" + BillOfMaterials.uuid(of: contents)
    return document(of: report, namespace: namespace).encoded() + "\n"
  }

  private func document(of report: ForensicReport, namespace: String) -> JSONNode {
    var graph = SPDXGraph(namespace: namespace)
    let agent = graph.add("SoftwareAgent", "agent", ["name": .string(report.tool.name)])
    let tool = graph.add(
      "Tool", "tool",
      [
        "name": .string("\(report.tool.name) \(report.tool.version)"),
        "description": report.tool.commit.map { .string("built from the commit \($0)") },
      ])
    let models = report.subjects.enumerated().map {
      add($1, number: $0 + 1, of: report, to: &graph)
    }
    collect(models, of: report, in: &graph)
    let created = sourceDate.map(BillOfMaterials.timestamp) ?? report.invocation?.stamp?.date
    return graph.document(created: created, by: agent, using: tool)
  }

  /// The list of what was looked at, and the document that holds it.
  private func collect(_ models: [String], of report: ForensicReport, in graph: inout SPDXGraph) {
    let unread = report.inputErrors.map { "not inspected: \($0.input): \($0.message)" }
    let elements = graph.ids
    let list = graph.add(
      "software_Sbom", "sbom",
      [
        "software_sbomType": .strings(["analyzed"]),
        "rootElement": models.isEmpty ? nil : .strings(models),
        "element": models.isEmpty ? nil : .strings(elements),
        "comment": unread.isEmpty ? nil : .string(unread.joined(separator: "\n")),
      ])
    graph.add(
      "SpdxDocument", "document",
      [
        "name": .string("\(report.tool.name): what weights show"),
        "rootElement": .strings([list]), "element": .strings(graph.ids),
        // Not "extension": SPDX's own JSON-LD context of 3.0.1 reads that word as the property of the
        // same name, so that the graph would hold a value that its shapes refuse.
        "profileConformance": .strings(["core", "simpleLicensing", "software"]),
        "comment": .string(
          "Conformance to the AI profile is not claimed: it wants a supplier, a release and a place of "
            + "download of every model, and weights show none of these."),
      ])
  }

  // MARK: Models

  private func add(
    _ reported: ReportedSubject, number: Int, of report: ForensicReport, to graph: inout SPDXGraph
  ) -> String {
    let (subject, judgement) = (reported.subject, reported.judgement)
    let weights = reported.source.weights
    let limits = Language.en.limits(judgement)
    let model = graph.add(
      "ai_AIPackage", "model-\(number)",
      [
        "name": .string(subject.name),
        "description": .string(Language.en.sentence(judgement)),
        "software_primaryPurpose": .string("model"),
        "software_packageVersion": reported.source.hub.map { .string($0.revision) },
        "ai_typeOfModel": subject.family.map { .strings([$0]) },
        "ai_limitation": limits.isEmpty ? nil : .string(limits.joined(separator: "\n")),
        // The model's hash, where the model is one file; else its files have theirs.
        "verifiedUsing": weights.count == 1 ? SPDXGraph.hash(weights[0].sha256) : nil,
        "extension": SPDXGraph.properties(
          BillOfMaterials.properties(of: reported, in: report)),
      ])
    if let declared = subject.declared.license {
      graph.relate(model, "hasDeclaredLicense", [graph.licence(declared)])
    }
    let concluded = BillOfMaterials.concludedLicences(judgement)
    graph.relate(model, "hasConcludedLicense", concluded.map { graph.licence($0) })
    addLineage(of: model, judgement, in: report.corpus, to: &graph)
    addParts(of: model, judgement, number, in: report.corpus, to: &graph)
    let files = reported.source.files.enumerated().map { index, file in
      graph.add(
        "software_File", "model-\(number)-file-\(index + 1)",
        [
          "name": .string(file.path), "verifiedUsing": SPDXGraph.hash(file.sha256),
          "software_primaryPurpose": file.isWeights ? .string("model") : nil,
        ])
    }
    graph.relate(model, "contains", files)
    return model
  }

  private func addLineage(
    of model: String, _ judgement: Judgement, in corpus: CorpusSummary, to graph: inout SPDXGraph
  ) {
    for parent in judgement.parents {
      guard let kind = Self.relationship(to: parent) else { continue }
      let reference = graph.reference(
        parent.reference, licence: parent.license, in: corpus)
      graph.relate(
        model, kind, [reference],
        [
          // There may be others, outside the corpus.
          "completeness": .string("noAssertion"),
          "extension": SPDXGraph.properties(BillOfMaterials.properties(of: parent, in: corpus)),
        ])
    }
  }

  /// What a model is to a reference, in SPDX's words; nil where it is open who came first.
  private static func relationship(to parent: Parent) -> String? {
    switch BillOfMaterials.kinship(of: parent) {
    case .ancestor: "descendantOf"
    case .descendant: "ancestorOf"
    case .variant: "hasVariant"
    case nil: nil
    }
  }

  /// Towers, embeddings and heads, where a model has several: each with where it comes from and under
  /// what licence.
  private func addParts(
    of model: String, _ judgement: Judgement, _ number: Int, in corpus: CorpusSummary,
    to graph: inout SPDXGraph
  ) {
    let parts = BillOfMaterials.parts(judgement).enumerated().map { index, part in
      let id = graph.add(
        "ai_AIPackage", "model-\(number)-part-\(index + 1)",
        [
          "name": .string(part.name), "software_primaryPurpose": .string("model"),
          "extension": SPDXGraph.properties(BillOfMaterials.properties(of: part)),
        ])
      guard let parent = BillOfMaterials.parent(of: part, in: judgement) else { return id }
      if let licence = BillOfMaterials.concludedLicence(from: parent) {
        graph.relate(id, "hasConcludedLicense", [graph.licence(licence)])
      }
      if let kind = Self.relationship(to: parent) {
        let reference = graph.reference(
          parent.reference, licence: parent.license, in: corpus)
        graph.relate(id, kind, [reference], ["completeness": .string("noAssertion")])
      }
      return id
    }
    graph.relate(model, "contains", parts)
  }
}
