import Yams

/// Reads what a model card (`README.md`) declares in its front matter.
enum ModelCardReader {
  /// What a card says, as far as it can be read.
  struct Reading {
    /// Nil if the file has no front matter, or none that can be read.
    var card: ModelCard?
    /// What could not be read, and what hubs would refuse.
    var problems: [LoadError] = []
    /// Whether what could not be read may name parents.
    var mayNameParents = false
  }

  /// Whether a file is the card, to judge by its name; file systems and people differ about case.
  static func isCard(_ name: String) -> Bool { name.lowercased() == "readme.md" }

  /// Reads a card; what is wrong with it is among the problems.
  static func read(path: String, limits: LoadLimits) -> Reading {
    var reading = Reading()
    do throws(LoadError) {
      try MetadataFile.withBytes(of: path, limit: limits.metadataFileByteCount) {
        (bytes) throws(LoadError) in
        // Room for a mark and the lines around.
        let start = UnsafeRawBufferPointer(
          rebasing: bytes.prefix(limits.frontMatterByteCount + 64))
        var notes: [LoadError] = []
        defer { reading.problems += notes }
        try MetadataText.withUTF8(start, file: path, allowsMark: true, notes: &notes) {
          (text, _) throws(LoadError) in
          try read(text, isWhole: start.count == bytes.count, path, limits, into: &reading)
        }
      }
    } catch {
      reading.problems.append(error)
      // An empty card is read: it names nobody.
      reading.mayNameParents = reading.mayNameParents || error.code != .emptyFile
    }
    return reading
  }

  private static func read(
    _ text: UnsafeRawBufferPointer, isWhole: Bool, _ path: String, _ limits: LoadLimits,
    into reading: inout Reading
  ) throws(LoadError) {
    guard let matter = try FrontMatter(text, isWhole: isWhole, file: path) else { return }
    var parser = Parser(file: path, limits: limits)
    parser.read(matter)
    reading.card = parser.card
    reading.problems += parser.problems
    reading.mayNameParents = parser.lostParents
  }

  /// Reads member by member, so that one that is broken takes no other with it.
  private struct Parser {
    let file: String
    let limits: LoadLimits
    var card = ModelCard()
    var problems: [LoadError] = []
    var lostParents = false
    private var licences: [String] = []
    private var otherSpelling: [String] = []

    init(file: String, limits: LoadLimits) {
      self.file = file
      self.limits = limits
    }

    private static let parents = "base_model"
    private static let wanted: Set<String> = [
      parents, "base_model_relation", "license", "license_name", "license_link",
      "licence", "licence_name", "licence_link",
    ]

    mutating func read(_ matter: FrontMatter) {
      let members = matter.members(Self.wanted)
      var failures: [(key: String, LoadError)] = []
      for member in members {
        do throws(LoadError) {
          try read(member.text, line: member.line)
        } catch {
          failures.append((member.key, error))
        }
      }
      let isNamed = members.contains { $0.key == Self.parents }
      if !failures.isEmpty || !isNamed && matter.text.contains(Self.parents) {
        // Members need not begin at the left margin. If the whole is YAML it says what is meant.
        var whole = Parser(file: file, limits: limits)
        do throws(LoadError) {
          try whole.read(matter.text, line: matter.line)
          self = whole
          failures = []
        } catch {
          // Then the members' own problems say more.
        }
      }
      problems += failures.map(\.1)
      lostParents = lostParents || failures.contains { $0.key == Self.parents }
      if licences.isEmpty { licences = otherSpelling }
      if !licences.isEmpty { card.license = licences.joined(separator: ", ") }
    }

    /// Takes the wanted members of a mapping.
    private mutating func read(_ text: String, line: Int) throws(LoadError) {
      let roots: [Node]
      do throws(YAMLDocuments.Failure) {
        roots = try YAMLDocuments.roots(of: text, limits: limits)
      } catch {
        throw problem(error.code, error.message, line + (error.line ?? 1) - 1)
      }
      for root in roots {
        guard case .mapping(let members) = root else {
          throw problem(.metadataMalformed, "is not a YAML mapping", line)
        }
        for (key, value) in members {
          try take(key.string ?? "", value, line: line + (key.mark?.line ?? 1) - 1)
        }
      }
    }

    private mutating func take(
      _ key: String, _ value: Node, line: Int
    ) throws(LoadError) {
      switch key {
      case Self.parents:
        let names = ModelNames(value, limit: limits.baseModelCount)
        if names.isCut {
          throw problem(.limitExceeded, "lists more than \(limits.baseModelCount) names", line)
        }
        card.baseModels += names.names.filter { !card.baseModels.contains($0) }
        if names.hasNameless {
          lostParents = true
          problems.append(
            problem(.metadataMalformed, "has a base_model that is no name", line))
        } else if names.hasMapping {
          problems.append(
            problem(
              .metadataMalformed,
              "has a mapping where base_model should be a name, which hubs refuse; the names in it "
                + "were read", line))
        }
      case "base_model_relation": card.relation = value.name
      // A few cards list several licences; they are then named together.
      case "license": licences = ModelNames(value, limit: limits.baseModelCount).names
      case "license_name": card.licenseName = value.name
      case "license_link": card.licenseLink = value.name
      // What hubs spell otherwise is read where their spelling is not there.
      case "licence": otherSpelling = ModelNames(value, limit: limits.baseModelCount).names
      case "licence_name": card.licenseName = card.licenseName ?? value.name
      case "licence_link": card.licenseLink = card.licenseLink ?? value.name
      default: break
      }
    }

    private func problem(_ code: LoadError.Code, _ message: String, _ line: Int) -> LoadError {
      LoadError(code, "the front matter \(message) (line \(line))", file: file)
    }
  }
}
