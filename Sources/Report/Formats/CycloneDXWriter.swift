internal import Judge

/// A CycloneDX 1.7 ML-BOM: each model with its parts, files, hashes, licences and pedigree.
///
/// The model's licence is `declared`; those of parents that the weights show are `concluded`. Equal
/// runs write equal bytes: the serial number follows from the contents, and there is no timestamp
/// unless `SOURCE_DATE_EPOCH` gives one.
///
/// Source: OWASP CycloneDX 1.7 (ECMA-424), https://cyclonedx.org/docs/1.7/json.
package struct CycloneDXWriter: ReportWriter {
  package static let format = "cyclonedx"
  /// Of the specification.
  static let version = "1.7"
  package static let needsFileDigests = true

  private let sourceDate: Int?
  private let version: String

  package init(options: WriterOptions) {
    self.init(options: options, version: Self.version)
  }

  /// - Parameter version: of the specification; what is written has been the same since 1.6.
  init(options: WriterOptions, version: String) {
    sourceDate = options.sourceDate
    self.version = version
  }

  package func write(_ report: ForensicReport) -> String {
    let contents = JSONNode.array(
      report.subjects.enumerated().map { model($1, number: $0 + 1, in: report) })
    let tool = JSONNode.object([
      "type": .string("application"), "name": .string(report.tool.name),
      "version": .string(report.tool.version),
    ])
    let bom = JSONNode.object([
      "$schema": .string("http://cyclonedx.org/schema/bom-\(version).schema.json"),
      "bomFormat": .string("CycloneDX"),
      "specVersion": .string(version),
      "serialNumber": .string(
        "urn:uuid:" + BillOfMaterials.uuid(of: tool.onOneLine() + contents.onOneLine())),
      "version": .integer(1),
      "metadata": .present([
        "timestamp": sourceDate.map { .string(BillOfMaterials.timestamp($0)) },
        "tools": .object(["components": .array([tool])]),
      ]),
      "components": contents,
    ])
    return bom.encoded() + "\n"
  }

  private func model(
    _ reported: ReportedSubject, number: Int, in report: ForensicReport
  ) -> JSONNode {
    let subject = reported.subject
    let judgement = reported.judgement
    let weights = reported.source.weights
    return .present([
      "type": .string("machine-learning-model"),
      "bom-ref": .string("model-\(number)"),
      "name": .string(subject.name),
      // The model's hash, where the model is one file; else its files have theirs.
      "hashes": weights.count == 1 ? weights[0].sha256.map(Self.hashes) : nil,
      "licenses": Self.licences(judgement),
      "pedigree": pedigree(judgement, in: report.corpus),
      "components": .array(parts(judgement, number: number) + reported.source.files.map(file)),
      "modelCard": modelCard(judgement),
      "properties": Self.properties(BillOfMaterials.properties(of: reported, in: report)),
    ])
  }

  /// Towers, embeddings and heads, where a model has several: each with where it comes from and under
  /// what licence.
  private func parts(_ judgement: Judgement, number: Int) -> [JSONNode] {
    BillOfMaterials.parts(judgement).enumerated().map { index, part in
      let parent = BillOfMaterials.parent(of: part, in: judgement)
      let place = parent.flatMap(Self.place)
      return .present([
        "type": .string("machine-learning-model"),
        "bom-ref": .string("model-\(number)-part-\(index + 1)"),
        "name": .string(part.name),
        "licenses": parent.flatMap(BillOfMaterials.concludedLicence).map {
          .array([Self.licence($0, "concluded")])
        },
        "pedigree": part.reference.flatMap { reference in
          place.map { .object([$0: .array([Self.part(of: reference)])]) }
        },
        "properties": Self.properties(BillOfMaterials.properties(of: part)),
      ])
    }
  }

  private static func part(of reference: String) -> JSONNode {
    .object(["type": .string("machine-learning-model"), "name": .string(reference)])
  }

  private func file(_ file: SubjectSource.File) -> JSONNode {
    .present([
      "type": .string("file"), "name": .string(file.path), "hashes": file.sha256.map(Self.hashes),
    ])
  }

  private static func hashes(_ sha256: String) -> JSONNode {
    .array([.object(["alg": .string("SHA-256"), "content": .string(sha256)])])
  }

  // MARK: Licences

  private static func licences(_ judgement: Judgement) -> JSONNode? {
    let declared = judgement.subject.declared.license.map { [($0, "declared")] } ?? []
    let concluded = BillOfMaterials.concludedLicences(judgement).map { ($0, "concluded") }
    let all = (declared + concluded).map(licence)
    return all.isEmpty ? nil : .array(all)
  }

  private static func licence(_ name: String, _ acknowledgement: String) -> JSONNode {
    let identifier = SPDXNames.identifier(of: name)
    return .object([
      "license": .object([
        identifier == nil ? "name" : "id": .string(identifier ?? name),
        "acknowledgement": .string(acknowledgement),
      ])
    ])
  }

  // MARK: Pedigree

  private func pedigree(_ judgement: Judgement, in corpus: CorpusSummary) -> JSONNode {
    var related: [String: [JSONNode]] = [:]
    for parent in judgement.parents {
      guard let kind = Self.place(of: parent) else { continue }
      related[kind, default: []].append(reference(parent, in: corpus))
    }
    var members = related.mapValues(JSONNode.array)
    members["notes"] = .string(Language.en.sentence(judgement))
    return .object(members)
  }

  /// What a pedigree calls a parent; one of which it is open who came first is among the properties.
  private static func place(of parent: Parent) -> String? {
    switch BillOfMaterials.kinship(of: parent) {
    case .ancestor: "ancestors"
    case .descendant: "descendants"
    case .variant: "variants"
    case nil: nil
    }
  }

  private func reference(_ parent: Parent, in corpus: CorpusSummary) -> JSONNode {
    .present([
      "type": .string("machine-learning-model"),
      "name": .string(parent.reference),
      "licenses": parent.license.map { .array([Self.licence($0, "declared")]) },
      "properties": Self.properties(BillOfMaterials.properties(of: parent, in: corpus)),
    ])
  }

  private func modelCard(_ judgement: Judgement) -> JSONNode {
    .present([
      "modelParameters": judgement.subject.family.map {
        .object(["architectureFamily": .string($0)])
      },
      "considerations": judgement.limits.isEmpty
        ? nil : .object(["technicalLimitations": .strings(Language.en.limits(judgement))]),
    ])
  }

  private static func properties(_ properties: [BillOfMaterials.Property]) -> JSONNode {
    .array(
      properties.map { .object(["name": .string($0.name), "value": .string($0.value)]) })
  }
}

/// The same for services that do not read CycloneDX 1.7 yet.
package struct CycloneDX16Writer: ReportWriter {
  package static let format = "cyclonedx-\(version)"
  /// Of the specification.
  static let version = "1.6"
  package static let needsFileDigests = true

  private let writer: CycloneDXWriter

  package init(options: WriterOptions) {
    writer = CycloneDXWriter(options: options, version: Self.version)
  }

  package func write(_ report: ForensicReport) -> String { writer.write(report) }
}
