import Foundation

/// The routes of ModelScope, with the members that its answers have.
extension TestHub {
  /// Revision of the files that the last commit did not change: all but configurations.
  package static let earlierCommit = String(repeating: "e", count: 40)

  private static func revision(of file: String, _ model: Model) -> String {
    file.hasSuffix(".json") ? model.commit : earlierCommit
  }

  static func modelScope(
    _ request: TestServer.Request, _ steps: [String], _ model: Model?, storage: String
  ) -> TestServer.Reply {
    guard let model else {
      return TestServer.Reply(
        404, [], Array(#"{"Code":10010205001,"Message":"not found","Success":false}"#.utf8))
    }
    let items = URLComponents(string: request.path)?.queryItems ?? []
    let query = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    if steps.count == 7, steps[6] == "files" {
      let isKnown = ["master", model.commit].contains(query["Revision"])
      return listing(of: isKnown ? model : nil)
    }
    guard let name = query["FilePath"], let bytes = model.files[name],
      query["Revision"] == revision(of: name, model)
    else { return TestServer.Reply(404) }
    let digest = model.digests[name] ?? ""
    guard bytes.count >= model.largeFrom else { return part(bytes, request.range) }
    return TestServer.Reply(
      302, [("Location", "\(storage)/store/\(digest)?signature=%2Fabc%3D")])
  }

  /// An unknown revision is an answer that succeeds, without files.
  private static func listing(of model: Model?) -> TestServer.Reply {
    let entries = model.map { model in
      model.files.keys.sorted().map { name in
        #"{"CommitMessage":"upload","IsLFS":false,"Mode":"33188","Name":"\#(name)","Path":"\#(name)","#
          + #""Revision":"\#(revision(of: name, model))","Sha256":"\#(model.digests[name] ?? "")","#
          + #""Size":\#(model.files[name]?.count ?? 0),"Type":"blob"}"#
      } + [#"{"Name":"assets","Path":"assets","Size":0,"Type":"tree"}"#]
    }
    let files = entries.map { "[" + $0.joined(separator: ",") + "]" } ?? "null"
    let head = model.map { #"{"Id":"","ShortId":"\#($0.commit.prefix(8))"}"# } ?? "null"
    return TestServer.Reply(
      200, [("Content-Type", "application/json")],
      Array(
        (#"{"Code":200,"Data":{"Files":\#(files),"IsVisual":0,"LatestCommitter":\#(head)},"#
          + #""Message":"success","Success":true}"#).utf8))
  }
}
