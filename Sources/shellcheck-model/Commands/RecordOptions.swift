import ArgumentParser

/// What a report states of how it came about, beyond what it always does.
struct RecordOptions: ParsableArguments {
  @Flag(help: "State the SHA-256 of each of the models' files, which reads them once more.")
  var hashFiles = false

  @Flag(
    help: ArgumentHelp(
      "State when and on what machine the report was made, so that equal runs differ "
        + "(SOURCE_DATE_EPOCH stands for now)."))
  var stamp = false

  @Option(
    help: ArgumentHelp(
      "Write what others need to recompute the verdict without the weights into this folder, new or "
        + "empty; `verify` recomputes it.", valueName: "folder"),
    completion: .directory)
  var evidence: String?
}
