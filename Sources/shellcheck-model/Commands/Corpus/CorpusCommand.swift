import ArgumentParser

struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus",
    abstract: "Keep the corpus of references that models are compared with.",
    discussion: """
      A reference is kept as its fingerprint, some megabytes of a model of any size. What is said of \
      it beside its weights (licence, parents, day of release) is in the corpus's manifest.json.

      Examples:
        shellcheck-model corpus add base/ --id lab/base-8b --licence apache-2.0 --original
        shellcheck-model corpus list
        shellcheck-model corpus verify --corpus references/
        shellcheck-model corpus export references.tar
        shellcheck-model corpus import references.tar --sha256 DIGEST
        shellcheck-model corpus pull --family qwen
        shellcheck-model corpus sync https://references.example/2026/ --key publisher.pem
      """,
    subcommands: [
      AddCommand.self, ListCommand.self, ShowCommand.self, CorpusVerifyCommand.self,
      RemoveCommand.self, CalibrateCommand.self,
      ExportCommand.self, ImportCommand.self, SourcesCommand.self, PullCommand.self,
      SyncCommand.self,
    ])
}
