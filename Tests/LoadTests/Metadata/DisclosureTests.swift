import Foundation
import TestSupport
import Testing

@testable import Load

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

  @Test(arguments: [
    "/data/base", "./base", "a/b/c", "org/base", "C:\\\\models\\\\base",
    "/h/.cache/huggingface/hub/models--org--base/snapshots/0a1b",
  ])
  func whatTrainingWasStartedFromIsNoted(path: String) throws {
    let found = try disclosure(["config.json": #"{"_name_or_path":"\#(path)"}"#]).disclosure
    #expect(found.parents.map(\.source) == [.config])
  }

  @Test(arguments: ["", "./", "/", "..."])
  func pathsWithoutANameAreNoDeclarations(path: String) throws {
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
    #expect(found.disclosure.unread == [.mergeConfig])
  }

  @Test(
    arguments: [
      ("README.md", "---\nbase_model: [\n---\n", .card),
      ("adapter_config.json", "{", .adapterConfig),
      ("mergekit_moe_config.yml", "a: *x", .mergeConfig),
      ("mergekit_config.yml", "version https://git-lfs.github.com/spec/v1\n", .mergeConfig),
    ] as [(String, String, DeclaredParent.Source)])
  func saysWhichSourceMayHaveNamedParents(
    name: String, text: String, source: DeclaredParent.Source
  ) throws {
    let found = try disclosure([name: text])
    #expect(found.disclosure.unread == [source])
    #expect(found.problems.count == 1)
  }

  @Test func whatIsReadHidesNothing() throws {
    let found = try disclosure([
      "README.md": "---\nlicense: [\n---\n", "config.json": "{", "tokenizer.json": "{",
    ])
    #expect(found.disclosure.unread == [])
    #expect(found.problems.count == 3)
  }

  @Test func aFingerprintMadeBeforeSaysNothingOfWhatWasNotRead() throws {
    var disclosure = Disclosure(parents: [DeclaredParent(name: "a", source: .card)])
    disclosure.unread = [.card]
    let text = try JSONEncoder().encode(disclosure)
    #expect(try JSONDecoder().decode(Disclosure.self, from: text) == disclosure)
    let old = Data(#"{"parents":[],"hasNotice":true}"#.utf8)
    #expect(try JSONDecoder().decode(Disclosure.self, from: old).unread == [])
  }
}

@Suite struct MergeRecipeTests {
  private func recipe(_ text: String, named name: String = "mergekit_config.yml") throws -> [String]
  {
    let folder = try TemporaryFolder()
    try folder.write(name, text: text)
    let metadata = MetadataReader.read(folder: folder.path)
    #expect(metadata.problems == [])
    return metadata.mergeRecipe?.models ?? []
  }

  @Test(arguments: [
    "models:\n- model: o/a\n- model: o/b@v1", "models: [o/a, o/b@v1]",
    "models:\n- model: {model: {path: o/a}, lora: null}\nbase_model: {model: {path: o/b@v1}}",
    "model: o/a\nbase_model: o/b@v1", "models:\n- model: o/a+o/lora\n- model: o/b@v1+o/lora",
    "slices:\n- sources:\n  - model: o/a\n    layer_range: [0, 4]\n  - {model: o/b@v1}",
    "slices:\n- sources: [{model: o/a}]\n  base_model: o/b@v1",
    "base_model: o/b@v1\nexperts:\n- source_model: o/a",
    "experts:\n- source_model: o/a\nshared_experts:\n- source_model: o/b@v1",
    "modules:\n  text:\n    models: [{model: o/a}]\n  vision:\n    slices: [{sources: [{model: o/b@v1}]}]",
    "layer_slices:\n- {model: o/a, start: 0, end: 4}\n- {model: o/b@v1, start: 4, end: 8}",
    "\u{FEFF}models: [o/a, o/b@v1]", "models: [o/a] # R&D *all*\n---\nmodels: [o/b@v1]",
  ])
  func namesTheModelsOfEveryForm(text: String) throws {
    #expect(try recipe(text) == ["o/a", "o/b@v1"])
    #expect(try recipe(text.replacing("\n", with: "\r\n")) == ["o/a", "o/b@v1"])
  }

  @Test(arguments: [
    "mergekit_moe_config.yml", "mergekit_config.yaml", "mergekit-config.yml", "Mergekit_config.yml",
  ])
  func hasManyNames(name: String) throws {
    #expect(try recipe("models: [o/a]", named: name) == ["o/a"])
  }

  @Test func stepsOfARecipeAreNoParents() throws {
    let text = """
      name: step
      models: [{model: o/a}, {model: o/b}]
      merge_method: linear
      ---
      models: [{model: step}, {model: o/c}]
      base_model: step
      merge_method: ties
      """
    #expect(try recipe(text) == ["o/a", "o/b", "o/c"])
  }

  @Test func aTokenizersSourceIsNoIngredient() throws {
    let text = """
      models: [o/a]
      tokenizer_source: o/t
      tokenizer: {source: o/t, tokens: {x: {source: {kind: model_token, model: o/t}}}}
      """
    #expect(try recipe(text) == ["o/a"])
  }

  @Test func boundsTheNumberOfModels() throws {
    let folder = try TemporaryFolder()
    let models = (0...1000).map { "- model: o/a\($0)\n" }.joined()
    try folder.write("mergekit_config.yml", text: "models:\n" + models)
    let metadata = MetadataReader.read(folder: folder.path)
    #expect(metadata.problems.map(\.code) == [.limitExceeded])
    #expect(metadata.unreadDeclarations == [.mergeConfig])
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
      ("https://huggingface.co/org/name?library=transformers", "org", "name"),
      ("https://huggingface.co/org/name#usage", "org", "name"),
      ("https://huggingface.co/org/name/discussions/3", "org", "name"),
      ("https://huggingface.co/api/models/org/name", "org", "name"),
      ("https://huggingface.co/org/name/blob/v2/model.safetensors", "org", "name"),
      ("huggingface.co/org/name", "org", "name"), ("hf.co/org/name/", "org", "name"),
      ("hf://org/name@rev", "org", "name"), ("hf:org/name", "org", "name"),
      ("hub:org/name@v1", "org", "name"), ("org/name:main", "org", "name"),
      ("llama3:8b", nil, "llama3:8b"),
      ("https://www.modelscope.cn/models/org/name/summary", "org", "name"),
      ("https://modelscope.cn/models/org/name/files?version=master", "org", "name"),
      ("modelscope://org/name", "org", "name"),
      ("/h/.cache/huggingface/hub/models--org--name/snapshots/0a1b2c3d", "org", "name"),
      ("~/hub/models--org--name/snapshots/0a1b/model.safetensors", "org", "name"),
      ("D:\\hub\\models--org--name\\snapshots\\0a1b", "org", "name"),
      ("/hub/models--gpt2/snapshots/0a1b/", nil, "gpt2"), ("models--org--name", "org", "name"),
      ("/hub/models--org--pipe/snapshots/0a1b/unet", "org", "pipe/unet"),
      ("/h/.cache/modelscope/hub/org/name-1___5", nil, "name-1.5"),
      ("D:\\models\\name", nil, "name"), ("/data/name/", nil, "name"),
      ("/home/u@host/name", nil, "name"), ("/data/name/model.safetensors", nil, "name"),
      ("/data/name/model-00001-of-00002.safetensors", nil, "name"), ("C:/name", nil, "name"),
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
