package import Yams

/// Makes trees of YAML texts.
package enum YAMLDocuments {
  /// Why a text gives no trees.
  package struct Failure: Error, Sendable, Equatable {
    package var code: LoadError.Code
    /// What is wrong with the text: "is not YAML: …", on one line.
    package var message: String
    /// Counted from 1; nil where no line is to blame.
    package var line: Int?
  }

  /// The roots of a text's documents, empty ones left out.
  ///
  /// - Throws: also for aliases, with which a few lines unfold to gigabytes, and for more nesting or
  ///   more values than `LoadLimits` allow.
  package static func roots(
    of text: String, limits: LoadLimits = .standard
  ) throws(Failure) -> [Node] {
    if let refusal = YAMLSafety.refusal(
      of: text, depth: limits.jsonDepth, nodes: limits.yamlNodeCount)
    {
      throw Failure(code: refusal.code, message: refusal.message, line: refusal.line)
    }
    do {
      let parser = try Yams.Parser(yaml: text)
      var roots: [Node] = []
      while let root = try parser.nextRoot() {
        if !root.isNothing { roots.append(root) }
      }
      return roots
    } catch let error as YamlError {
      throw failure(error)
    } catch {
      throw Failure(code: .metadataMalformed, message: "is not YAML", line: nil)
    }
  }

  /// What the parser says, without the excerpt of the text that it adds.
  private static func failure(_ error: YamlError) -> Failure {
    func malformed(_ problem: String, _ line: Int?) -> Failure {
      Failure(code: .metadataMalformed, message: "is not YAML: \(problem)", line: line)
    }
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // A quotation or bracket that is never closed is found at the end of the text.
      let isOpen = context.map { $0.text.contains("scalar") || $0.text.contains("flow") } ?? false
      return malformed(problem, isOpen ? context?.mark.line : mark.line)
    case .duplicatedKeysInMapping(let keys, let context):
      let named = keys.first.map { " \(LoadError.quote($0))" } ?? ""
      return malformed("a mapping has the key\(named) twice", context.mark.line)
    case .reader(let problem, _, _, _): return malformed(problem, nil)
    default: return Failure(code: .metadataMalformed, message: "is not YAML", line: nil)
    }
  }
}

extension Node {
  /// Whether the node is a plain nothing: `~`, `null` or no text at all.
  package var isNothing: Bool { null != nil }

  /// The text of a scalar that is not nothing and not blank.
  package var name: String? {
    guard case .scalar(let scalar) = self, !isNothing else { return nil }
    let text = scalar.string.trimmed
    return text.isEmpty ? nil : text
  }
}

extension String {
  /// The text without the white space around it.
  var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
