import Report
import Testing

@testable import shellcheck_model

/// Words that are nearly right, and languages.
@Suite struct UsageTests {
  @Test func aBareCallShowsHelpAndNothingElse() async {
    let run = await CommandRun(arguments: [])
    #expect(run.status == 64)
    #expect(run.output.text.isEmpty)
    #expect(run.diagnostics.text.hasPrefix("OVERVIEW:"))
    #expect(!run.diagnostics.text.contains("Error"))
  }

  @Test(arguments: [
    (["chekc", "x"], "Did you mean 'check'?"), (["explian", "SCM3001"], "Did you mean 'explain'?"),
    (["explain", "SCM301"], "Did you mean 'SCM3001'?"),
    (["explain", "undeclared-parnt"], "Did you mean 'undeclared-parent'?"),
    (["explain", "undeclared"], "Did you mean 'undeclared-parent'?"),
    (["corpus", "lst"], "Did you mean 'list'?"),
    (["corpus", "frobnicate"], "there are add, list, show"),
    (["check", "x", "--format", "sarfi"], "Did you mean 'sarif'?"),
    (["check", "x", "--formt", "json"], "Did you mean '--format'?"),
  ])
  func wordsThatAreNearlyRightAreNamed(arguments: [String], words: String) async {
    let run = await CommandRun(arguments: arguments)
    #expect(run.status == 64)
    #expect(run.diagnostics.text.contains(words), "\(run.diagnostics.text)")
  }

  @Test func wordsThatAreNotAreNotGuessed() {
    #expect(NearName.nearest("models", among: ["check", "compare", "tree"]) == nil)
    #expect(NearName.nearest("", among: ["tree"]) == nil)
  }

  @Test func allFindingsAreListed() async {
    let run = await CommandRun("explain", "--list", "--lang", "zh")
    #expect(run.status == 0)
    #expect(run.output.text.contains("SCM3001"))
    #expect(run.output.text.contains("未声明的父模型 (undeclared-parent)"), "\(run.output.text)")
    let both = await CommandRun("explain", "--list", "SCM3001")
    #expect(both.status == 64)
  }

  @Test func theLocaleChoosesTheLanguageWhereItIsAsked() {
    let auto = LanguageChoice.auto
    #expect(auto.language(environment: ["LANG": "zh_CN.UTF-8"]) == .zh)
    #expect(auto.language(environment: ["LANG": "zh_CN.UTF-8", "LC_ALL": "en_US"]) == .en)
    #expect(auto.language(environment: ["LANG": "en_US", "LC_MESSAGES": "zh_TW"]) == .zh)
    #expect(auto.language(environment: ["LC_ALL": "", "LANG": "zh"]) == .zh)
    #expect(auto.language(environment: ["LANG": "C"]) == .en)
    #expect(LanguageChoice.en.language(environment: ["LANG": "zh_CN"]) == .en)
  }
}
