import Foundation
import Testing

@testable import Judge

@Suite struct LicenceCatalogueTests {
  private static let good =
    #"{"id":"x","name":"X","version":"1","url":"u","duties":[{"kind":"licence-text","clause":"1"}]}"#

  @Test func embeddedLicencesAreSound() throws {
    let catalogue = try LicenceCatalogue.bundled()
    #expect(catalogue.licences.count > 50)
    for licence in catalogue.licences {
      #expect(!licence.version.isEmpty && licence.url.hasPrefix("https://"))
      #expect(licence.duties.allSatisfy { !$0.clause.isEmpty })
    }
  }

  @Test(
    arguments: [
      ("apache-2.0", "apache-2.0"), ("Apache 2.0", "apache-2.0"), ("MIT License", "mit"),
      ("cc-by-nc-4.0", "cc-by-nc-4.0"), ("CC_BY_NC_4.0", "cc-by-nc-4.0"),
      ("llama-3.1", "llama3.1"), ("Llama3.3", "llama3.3"), ("tongyi-qianwen", "tongyi-qianwen"),
      ("other", nil), ("unknown", nil), ("", nil),
    ] as [(String, String?)])
  func namesAreFoundHoweverTheyAreSpelt(name: String, id: String?) throws {
    #expect(try LicenceCatalogue.bundled().licence(named: name)?.id == id)
  }

  @Test(arguments: [
    (good.replacing(#""url""#, with: #""link""#), "unknown key 'link'"),
    (good.replacing(#""clause""#, with: #""cause""#), "unknown key 'cause'"),
    (good.replacing("licence-text", with: "licence-txt"), "licence-txt"),
    (good.replacing("licence-text", with: "display-text"), "texts"),
    (good.replacing("licence-text", with: "user-threshold"), "users"),
    (good.replacing("licence-text", with: "share-alike"), "accepts"),
    (good.replacing(#""id":"x""#, with: #""id":"y""#), "has the id 'y'"),
    (
      good.replacing(
        #""kind":"licence-text""#, with: #""kind":"share-alike","accepts":["nowhere"]"#),
      "nowhere"
    ),
    ("{", "licence 'x'"),
  ])
  func refusesWhatIsNoLicence(json: String, reason: String) {
    let error = #expect(throws: LicenceError.self) {
      try LicenceCatalogue(files: [("x", json)])
    }
    #expect(error?.description.contains(reason) == true)
  }

  @Test func refusesANameThatIsTaken() {
    let other = Self.good.replacing(#""id":"x""#, with: #""id":"y","aliases":["X"]"#)
    let error = #expect(throws: LicenceError.self) {
      try LicenceCatalogue(files: [("x", Self.good), ("y", other)])
    }
    #expect(error?.message.contains("taken") == true)
  }

  @Test func embeddedLicencesAreThoseOfTheCorpus() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Corpus/Licences")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(embeddedLicences.map { $0.name + ".json" }.sorted() == names)
    for licence in embeddedLicences {
      let file = folder.appending(path: licence.name + ".json")
      #expect(try String(contentsOf: file, encoding: .utf8) == licence.text + "")
    }
  }
}
