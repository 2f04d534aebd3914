import Foundation
import Glibc
import TestSupport
import Testing

/// Counts of git repositories, and what repositories may not do to whoever counts them.
@Suite struct ProjectTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
  }

  private func shell(_ line: String) async throws -> ToolProcess.Result {
    try await ToolProcess.runShell(
      "cd \"$1\" && " + line, arguments: [sandbox.folder.path("here")],
      environment: [
        "HOME": sandbox.folder.path("here"), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "c@x",
      ])
  }

  /// A project with two commits of one author in 2025, and a fork with one more in 2026.
  private func makeProjects() async throws {
    try sandbox.folder.write("here/.keep", text: "")
    let made = try await shell(
      """
      commit() { GIT_AUTHOR_EMAIL="$2" GIT_AUTHOR_DATE="$3" GIT_COMMITTER_DATE="$3" \
        git -C "$1" commit -q -m x; } &&
      git init -q ours && printf 'a\\nb\\n' > ours/code.py && printf '# t\\n' > ours/README.md &&
      git -C ours add . && commit ours One@x '2025-01-31T23:59:59Z' &&
      mkdir ours/docs && printf 'c\\n' > ours/docs/page.txt && git -C ours add . &&
      commit ours one@x '2025-02-01T00:00:00Z' &&
      git clone -q ours fork && printf 'a\\n' > fork/code.py && git -C fork add . &&
      commit fork two@x '2026-03-01T12:00:00Z'
      """)
    #expect(made.status == 0, "\(made.diagnostics)")
  }

  private func counts(_ arguments: String...) async throws -> JSONSchemaValue {
    let run = try await ToolProcess.run(
      arguments: ["project", "--format", "json"] + arguments,
      in: URL(filePath: sandbox.folder.path("here")))
    #expect(run.status == 0, "\(run.diagnostics)")
    let document = try JSONSchemaValue(parsing: run.output)
    #expect(try JSONSchema.published("project-1").violations(in: document) == [])
    return try #require(document["counts"])
  }

  @Test func commitsAuthorsLinesAndPagesAreCounted() async throws {
    try await makeProjects()
    let all = try await counts("ours")
    for (name, count) in [
      ("commits", 2), ("merges", 0), ("authors", 1), ("linesAdded", 4), ("linesRemoved", 0),
      ("pagesTouched", 2), ("documentationPages", 2), ("files", 3),
    ] {
      #expect(all[name]?["project"] == .number(Double(count)), "\(name)")
    }
    let january = try await counts("ours", "--until", "2025-01-31")
    #expect(january["commits"]?["project"] == .number(1))
    #expect(
      try await counts("ours", "--since", "2025-02-01")["linesAdded"]?["project"] == .number(1))
  }

  @Test func whatTheReferenceHasIsNotTheForksOwn() async throws {
    try await makeProjects()
    let pair = try await counts("fork", "--reference", "ours")
    #expect(pair["commits"]?["project"] == .number(3))
    #expect(pair["commits"]?["own"] == .number(1))
    #expect(pair["commits"]?["reference"] == .number(2))
    #expect(pair["linesRemoved"]?["own"] == .number(1))
  }

  /// What a fork took may be on any branch of the reference.
  @Test func whatIsOnAnotherBranchOfTheReferenceIsNotTheForksOwn() async throws {
    try await makeProjects()
    let made = try await shell(
      "git -C ours fetch -q ../fork HEAD:next && git -C ours checkout -q --detach HEAD")
    #expect(made.status == 0, "\(made.diagnostics)")
    let pair = try await counts("fork", "--reference", "ours")
    #expect(pair["commits"]?["own"] == .number(0))
    #expect(pair["commits"]?["reference"] == .number(2))
    #expect(pair["files"]?["own"] == .null && pair["files"]?["share"] == .null)
  }

  @Test(arguments: ["project", "reference"])
  func nothingIsCalledOwnOfAHistoryThatIsCutOff(side: String) async throws {
    try await makeProjects()
    let made = try await shell("git clone -q --depth 1 \"file://$PWD/ours\" shallow")
    #expect(made.status == 0, "\(made.diagnostics)")
    let pair =
      side == "project"
      ? try await counts("shallow", "--reference", "ours")
      : try await counts("fork", "--reference", "shallow")
    #expect(pair["commits"]?["own"] == .null && pair["commits"]?["share"] == .null)
    #expect(pair["commits"]?["project"] != .null && pair["commits"]?["reference"] != .null)
  }

  @Test func issuesClosedInThePeriodAreCountedWithoutPullRequests() async throws {
    try await makeProjects()
    try sandbox.folder.write(
      "here/issues.json",
      text: """
        [{"state": "closed", "closed_at": "2025-05-01T10:00:00Z"},
         {"state": "closed", "closed_at": "2025-05-01T10:00:00.5+08:00", "pull_request": {}},
         {"state": "CLOSED", "closedAt": "2024-12-31T23:00:00Z"},
         {"state": "open", "closed_at": null}]
        """)
    let found = try await counts("ours", "--issues", "issues.json", "--since", "2025-01-01")
    #expect(found["issuesClosed"]?["project"] == .number(1))
    #expect(found["requestsClosed"]?["project"] == .number(1))
    for text in ["{}", "[1]", "[{}]", "[{\"state\": 1}]", "["] {
      try sandbox.folder.write("here/broken.json", text: text)
      let run = try await sandbox.run("project", "ours", "--issues", "broken.json")
      #expect(run.status == 2 && run.output.isEmpty, "\(text)")
    }
  }

  /// Whatever its configuration and attributes name as a program stays where it is.
  @Test func nothingThatARepositoryNamesIsRun() async throws {
    try await makeProjects()
    let made = try await shell(
      """
      printf '#!/bin/sh\\necho ran >> "%s/ran"\\ncat\\n' "$PWD" > evil && chmod +x evil &&
      cd ours && for key in core.fsmonitor core.pager pager.log pager.rev-parse core.sshCommand \
        core.editor core.askPass gpg.program diff.external diff.d.textconv diff.d.command \
        filter.d.clean filter.d.smudge filter.d.process core.alternateRefsCommand alias.log \
        alias.ls-tree credential.helper uploadpack.packObjectsHook core.gitProxy; do
        git config "$key" "$OLDPWD/evil"; done &&
      git config log.showSignature true && git config core.hooksPath "$OLDPWD" &&
      git config remote.origin.url "ext::$OLDPWD/evil" && git config remote.origin.promisor true &&
      git config core.repositoryFormatVersion 1 && git config extensions.partialClone origin &&
      printf '* diff=d filter=d\\n' > .git/info/attributes &&
      ln -s "$OLDPWD/evil" .git/hooks/post-checkout && ln -s "$OLDPWD/evil" .git/hooks/fsmonitor-watchman
      """)
    #expect(made.status == 0, "\(made.diagnostics)")
    let found = try await counts("ours")
    #expect(found["linesAdded"]?["project"] == .number(4))
    #expect(!FileManager.default.fileExists(atPath: sandbox.folder.path("here/ran")))
    // A promised object that is missing is not fetched.
    let gone = try await shell(
      "rm -f \"ours/.git/objects/$(git --git-dir=ours/.git rev-parse HEAD^{tree} | sed 's|^..|&/|')\"; "
        + "rm -f ran")
    #expect(gone.status == 0, "\(gone.diagnostics)")
    let run = try await sandbox.run("project", "ours")
    #expect(run.status == 2)
    #expect(!FileManager.default.fileExists(atPath: sandbox.folder.path("here/ran")))
  }

  /// Counts are of the history, whatever a repository says of how to count it.
  @Test(arguments: [
    "git rev-parse HEAD > .git/info/grafts", "printf '* -diff\\n' > .git/info/attributes",
    "printf '* -diff\\n' > .gitattributes", "mkfifo .gitattributes",
    "git config core.bigFileThreshold 1", "git config log.diffMerges off",
    "git config diff.relative docs", "git config diff.ignoreSubmodules all",
    "mkfifo f && git config include.path \"$PWD/f\"",
    "git replace HEAD \"$(git commit-tree HEAD^{tree} -m x < /dev/null)\"",
    "git symbolic-ref HEAD refs/heads/other && git branch other next",
    "git pack-refs --all && git gc -q", "git commit-graph write",
    "git clone -q --shared . ../s && cd .. && mv ours base && mv s ours "
      + "&& printf '../../../base/.git/objects\\n' > ours/.git/objects/info/alternates",
  ])
  func nothingOfARepositoryButItsHistoryIsCounted(disguise: String) async throws {
    try await makeProjects()
    let made = try await shell(
      """
      export GIT_AUTHOR_EMAIL=c@x; cd ours && git branch next && \(disguise)
      """)
    #expect(made.status == 0, "\(made.diagnostics)")
    let all = try await counts("ours")
    for (name, count) in [("commits", 2), ("linesAdded", 4), ("pagesTouched", 2), ("files", 3)] {
      #expect(all[name]?["project"] == .number(Double(count)), "\(name)")
    }
  }

  @Test func repositoriesOfTheNewerHashAreCounted() async throws {
    try sandbox.folder.write("here/.keep", text: "")
    let made = try await shell(
      """
      git init -q --bare --object-format=sha256 ours && export GIT_DIR=ours GIT_AUTHOR_EMAIL=c@x &&
      tree=$(git mktree < /dev/null) && git update-ref HEAD "$(git commit-tree "$tree" -m x)"
      """)
    #expect(made.status == 0, "\(made.diagnostics)")
    #expect(try await counts("ours")["commits"]?["project"] == .number(1))
  }

  @Test func aRepositoryAroundOrElsewhereIsNotThisOne() async throws {
    try await makeProjects()
    let made = try await shell(
      "git -C ours worktree add -q ../worktree && mkdir link && ln -s ../ours/.git link/.git")
    #expect(made.status == 0, "\(made.diagnostics)")
    let inner = try await sandbox.run("project", "ours/docs")
    #expect(inner.status == 2 && inner.diagnostics.contains("no git repository"))
    for name in ["worktree", "link"] {
      let run = try await sandbox.run("project", name)
      #expect(run.status == 2 && run.diagnostics.contains("elsewhere"), "\(run.diagnostics)")
    }
    let chinese = try await sandbox.run("project", "worktree", "--lang", "zh")
    #expect(chinese.status == 2 && chinese.diagnostics.contains("其历史在别处"))
  }

  /// Whoever opens one waits for its other end.
  @Test(arguments: ["HEAD", "packed-refs", "refs/heads/a", "objects/info/alternates"])
  func aPipeInARepositoryIsRefused(name: String) async throws {
    try await makeProjects()
    let made = try await shell("rm -f \"ours/.git/\(name)\" && mkfifo \"ours/.git/\(name)\"")
    #expect(made.status == 0, "\(made.diagnostics)")
    let run = try await sandbox.run("project", "ours")
    #expect(run.status == 2 && run.output.isEmpty, "\(run.diagnostics)")
  }

  /// In git's place a program interrupts the tool, and would go on for long.
  @Test func gitEndsWithTheTool() async throws {
    try await makeProjects()
    let child = sandbox.folder.path("child")
    let program = try sandbox.folder.write(
      "bin/git", text: "#!/bin/sh\necho $$ > '\(child)'\nkill -TERM $PPID\nexec sleep 600\n")
    #expect(chmod(program, 0o700) == 0)
    let temporary = sandbox.folder.path("tmp")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let run = try await sandbox.run(
      "project", "ours",
      environment: ["PATH": sandbox.folder.path("bin") + ":/usr/bin:/bin", "TMPDIR": temporary])
    #expect(run.status == SIGTERM)
    #expect(try Sandbox.listing(of: temporary).isEmpty)
    let number = try String(contentsOfFile: child, encoding: .utf8)
      .trimmingCharacters(in: .newlines)
    // It may not have been waited for yet.
    let state = try await shell(
      "i=0; while grep -qs '^State:.[^ZX]' /proc/\(number)/status; do "
        + "i=$((i + 1)); [ $i -lt 1000 ] || exit 1; done")
    #expect(state.status == 0)
  }

  @Test func whatIsNoRepositoryIsSaidToBeNone() async throws {
    try sandbox.folder.write("here/plain/file", text: "x")
    for name in ["plain", "nowhere", "--reference"] {
      let run = try await sandbox.run("project", "./" + name)
      #expect(run.status == 2 && run.output.isEmpty)
      #expect(run.diagnostics.contains("no git repository"), "\(run.diagnostics)")
    }
    #expect(try await sandbox.run("project", "plain", "--since", "yesterday").status == 64)
    #expect(
      try await sandbox.run("project", "plain", "--since", "2026-01-02", "--until", "2026-01-01")
        .status == 64)
  }

  @Test(arguments: ["en", "zh"])
  func theTextSaysWhatCountsAreNot(language: String) async throws {
    try await makeProjects()
    let run = try await sandbox.run("project", "fork", "--reference", "ours", "--lang", language)
    #expect(run.status == 0)
    #expect(run.output.contains(language == "en" ? "nothing of any weights" : "与权重的血缘无关"))
    #expect(run.output.contains("33 %"))
  }
}
