package import Judge

/// What recomputing the judgements of an evidence pack came to.
package struct Verification: Sendable {
  /// What made the pack, and by which version of the method.
  package var tool: Tool
  package var method: Int
  /// What recomputed it.
  package var own: Tool
  package var manifestSHA256: String
  /// Whether somebody stated that digest; else the pack vouches only for itself.
  package var isVouchedFor = false
  package var files: Int
  package var byteCount: Int
  /// The command that the report is of.
  package var command: [String]
  /// Inputs of that command that could not be inspected.
  package var unread: [String] = []
  /// Whether the report was written by another build, whose words cannot be checked here.
  package var isReportUnchecked = false
  /// What is amiss with the pack as a whole.
  package var differences: [Difference] = []
  package var subjects: [Subject] = []

  package init(
    tool: Tool, method: Int, own: Tool, manifestSHA256: String, files: Int, byteCount: Int,
    command: [String]
  ) {
    self.tool = tool
    self.method = method
    self.own = own
    self.manifestSHA256 = manifestSHA256
    self.files = files
    self.byteCount = byteCount
    self.command = command
  }

  package enum Difference: Sendable, Equatable {
    /// The report names another tool than the manifest.
    case toolDisagrees
    /// The report says something else than the record that it was written from.
    case reportDisagreesWithRecord
    /// A fingerprint is not that of a reference that the report lists.
    case referenceNotListed(id: String)
    /// The digest of the corpus is not that of the references that the report lists.
    case corpusDigest
  }

  /// One model of the report.
  package struct Subject: Sendable {
    package var reported: Judgement
    package var comparison: JudgementComparison
    package var takenFromPack: [Taken] = []

    package init(reported: Judgement, comparison: JudgementComparison) {
      (self.reported, self.comparison) = (reported, comparison)
    }
  }

  /// What cannot be recomputed without the weights or the whole corpus, and was taken as the pack has it.
  package enum Taken: Sendable, Equatable {
    case recovery(reference: String)
    case rounding(reference: String)
    /// How far relatives lie apart by their numbers.
    case kin(references: Int)
    /// Whose units the subject's were lined up with; nil where none lined up.
    case units(reference: String?)
    case screening(references: Int)
    /// How an adapter was merged into its base, or why it was not.
    case merge
    /// That the files are a reference's, by what a hub lists.
    case listing
    /// Which part of the model was judged.
    case part
    case damagedReferences(count: Int)
  }

  /// Whether everything is as the report says.
  package var isSame: Bool {
    differences.isEmpty && subjects.allSatisfy { $0.comparison.differences.isEmpty }
  }
}
