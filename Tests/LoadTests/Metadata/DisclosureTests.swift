import Load
import TestSupport
import Testing

@Suite struct DisclosureTests {
  private func disclosure(
    _ files: [String: String], header: [String: String] = [:]
  ) throws -> (disclosure: Disclosure, problems: [LoadError]) {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder()
    builder.metadata = header
    builder.add("w", [1], [1])
    try folder.write("model.safetensors", builder.bytes)
    for (name, text) in files { try folder.write(name, text: text) }
    let metadata = try CheckpointReader.open(path: folder.path).metadata
    return (metadata.disclosure, metadata.problems)
  }

  @Test func namesEveryParentOnceInTheOrderOfTheSources() throws {
    let found = try disclosure(
      [
        "README.md": """
        ---
        base_model: [org/a, org/b]
        base_model_relation: merge
        license: other
        license_name: llama3.1
        license_link: LICENSE
        ---
        """,
        "adapter_config.json": #"{"base_model_name_or_path":"org/b"}"#,
        "mergekit_config.yml": "merge_method: linear\nmodels:\n- model: org/a\n- model: org/c\n",
        "config.json": #"{"_name_or_path":"org/e"}"#,
      ], header: ["base_model": "org/d, org/a"]
    ).disclosure
    #expect(
      found.parents == [
        DeclaredParent(name: "org/a", source: .card), DeclaredParent(name: "org/b", source: .card),
        DeclaredParent(name: "org/c", source: .mergeConfig),
        DeclaredParent(name: "org/d", source: .header),
        DeclaredParent(name: "org/e", source: .config),
      ])
    #expect(found.relation == "merge")
    #expect(found.mergeMethod == "linear")
    #expect(found.license == "other")
    #expect(found.licenseName == "llama3.1")
    #expect(found.licenseLink == "LICENSE")
  }

  @Test(arguments: ["/data/base", "./base", "~/base", "base.safetensors", "a/b/c", "", "-x"])
  func pathsInTheConfigurationAreNoDeclarations(path: String) throws {
    let found = try disclosure(["config.json": #"{"_name_or_path":"\#(path)"}"#]).disclosure
    #expect(found.parents.isEmpty)
  }

  @Test func headerSpeaksWhereTheCardIsSilent() throws {
    let header = [
      "license": "mit", "base_model_relation": "finetune", "modelspec.merged_from": "x/y",
    ]
    let alone = try disclosure([:], header: header).disclosure
    #expect(alone.license == "mit")
    #expect(alone.relation == "finetune")
    #expect(alone.parentNames == ["x/y"])
    let both = try disclosure(["README.md": "---\nlicense: gemma\n---\n"], header: header)
    #expect(both.disclosure.license == "gemma")
  }

  @Test(arguments: ["NOTICE", "notice.txt", "Notice.md"])
  func seesANoticeBesideTheWeights(name: String) throws {
    #expect(try disclosure([name: "x"]).disclosure.hasNotice)
    #expect(try !disclosure(["notice.py": "x"]).disclosure.hasNotice)
  }

  @Test func readsTheSlicesAndExpertsOfAMergeRecipe() throws {
    let found = try disclosure([
      "mergekit_config.yml": """
      merge_method: passthrough
      slices:
      - sources:
        - model: org/a
          layer_range: [0, 8]
        - model: {model: {path: org/b}}
      experts:
      - source_model: org/c+org/adapter
      base_model: org/d
      """
    ]).disclosure
    #expect(found.parentNames == ["org/a", "org/b", "org/c", "org/d"])
    #expect(found.mergeMethod == "passthrough")
  }

  @Test(arguments: [
    "a: &x [1]\nb: *x\n", "- a list\n", "models: [", "models: \u{1}",
  ])
  func reportsAMergeRecipeThatIsNone(text: String) throws {
    let found = try disclosure(["mergekit_config.yml": text])
    #expect(found.problems.map(\.code) == [.metadataMalformed])
    #expect(found.disclosure.parents.isEmpty)
  }
}

@Suite struct HubNameTests {
  @Test(
    arguments: [
      ("org/Name", "org", "name"), ("name", nil, "name"), ("Name.safetensors", nil, "name"),
      ("org/name@v1.2", "org", "name"), ("./org/name", nil, "name"), ("/data/x/name", nil, "name"),
      ("https://hub.example/org/name/tree/main", "org", "name"),
      ("name-00001-of-00003.safetensors", nil, "name"),
      ("model.safetensors.index.json", nil, "model"), ("a.h5.fingerprint.safetensors", nil, "a"),
      ("Llama-3.1-8B-Q4_K_M.gguf", nil, "llama-3.1-8b-q4_k_m"), ("v1.5", nil, "v1.5"),
    ] as [(String, String?, String)])
  func tellsOwnerAndName(text: String, owner: String?, name: String) throws {
    let found = try #require(HubName(text))
    #expect(found.owner == owner)
    #expect(found.name == name)
  }

  @Test(arguments: ["", "/", "  ", "...", "//"])
  func namesNothingWithoutLetters(text: String) {
    #expect(HubName(text) == nil)
  }
}

@Suite struct ModelDocumentsTests {
  @Test func readsLicencesNoticesAndCards() throws {
    let folder = try TemporaryFolder()
    for name in ["LICENSE", "COPYING.txt", "NOTICE", "README.md", "license.py", "config.json"] {
      try folder.write(name, text: name)
    }
    let documents = try #require(ModelDocuments.read(modelAt: folder.path)).documents
    #expect(documents.map(\.name) == ["COPYING.txt", "LICENSE", "NOTICE", "README.md"])
    #expect(documents.map(\.kind) == [.licence, .licence, .notice, .card])
    #expect(documents.map(\.text) == documents.map(\.name))
  }

  @Test func looksOnlyAtTheBeginningOfLargeFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write("LICENSE", [UInt8](repeating: 0x41, count: 100))
    var limits = LoadLimits.standard
    limits.documentByteCount = 10
    let documents = try #require(ModelDocuments.read(modelAt: folder.path, limits: limits))
    #expect(documents.documents.map(\.text.count) == [10])
  }

  @Test func saysNothingOfABareFileOrOneAmongOthers() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.safetensors", [1])
    #expect(ModelDocuments.read(modelAt: file) == nil)
    try folder.write("LICENSE", text: "x")
    #expect(ModelDocuments.read(modelAt: file)?.documents.count == 1)
    try folder.write("b.safetensors", [1])
    #expect(ModelDocuments.read(modelAt: file) == nil)
  }
}
