import ArgumentParser
import Report
import ShellcheckModel

struct SyncCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Take what is new in a corpus that somebody publishes over HTTPS.",
    discussion: """
      A published corpus is a corpus's folder behind any server of files. Its manifest has the SHA-256 \
      of every fingerprint, which must verify; with --key the manifest itself must be signed with \
      Ed25519 (manifest.json.sig: 64 bytes, raw or in base64). What it says of parents and originals is \
      taken on its publisher's word; of references that are there, what the corpus says stays.

      Examples:
        shellcheck-model corpus sync https://references.example/2026/
        openssl pkeyutl -sign -rawin -inkey key.pem -in manifest.json -out manifest.json.sig
      """)

  @Argument(help: ArgumentHelp("The folder's address, or its manifest's.", valueName: "url"))
  var address: String

  @Option(
    help: ArgumentHelp(
      "File with the publisher's public key, as `openssl pkey -pubout` writes it.",
      valueName: "file"),
    completion: .file())
  var key: String?

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions

  func validate() throws { try InputPath.validate([key].compactMap(\.self)) }

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(InspectionOptions(environment: session.environment))
    let (reply, traffic) = await session.withProgress { [address, key] progress in
      await keeper.sync(with: address, signedBy: key, progress: progress)
    }
    session.notice(of: traffic)
    return corpus.deliver(reply, in: session)
  }
}
