internal import CYaml

/// What YAML is refused before a tree is made of it.
///
/// libyaml's events say exactly what a text holds, and cost no memory: `R&D`, `*bold*` in quotes and
/// comments are text, anchors that nobody refers to are harmless, and nothing is unfolded before the
/// first alias is met.
package enum YAMLSafety {
  /// Why a text is refused.
  package struct Refusal: Error, Sendable, Equatable {
    package var code: LoadError.Code
    /// What the text does: "uses …".
    package var message: String
    /// Counted from 1.
    package var line: Int
  }

  /// The first thing in a text for which it is refused; nil for texts that may be read, and for those
  /// that are no YAML, of which the parser says more.
  ///
  /// - Parameters:
  ///   - text: any number of documents.
  ///   - depth: how deep collections may nest; the parser's time grows with the square of it.
  ///   - nodes: how many scalars and collections there may be; each costs the tree some hundred bytes.
  package static func refusal(
    of text: String, depth limit: Int = LoadLimits.standard.jsonDepth,
    nodes nodeLimit: Int = LoadLimits.standard.yamlNodeCount
  ) -> Refusal? {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      return Refusal(code: .limitExceeded, message: "needs more memory than there is", line: 1)
    }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    var text = text
    // The parser keeps the address until it is deleted, all of which happens inside.
    return text.withUTF8 { bytes in
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      return firstRefusal(&parser, depth: limit, nodes: nodeLimit)
    }
  }

  private static func firstRefusal(
    _ parser: inout yaml_parser_t, depth limit: Int, nodes nodeLimit: Int
  ) -> Refusal? {
    var (depth, nodes) = (0, 0)
    while true {
      var event = yaml_event_t()
      let isParsed = yaml_parser_parse(&parser, &event) == 1
      defer { yaml_event_delete(&event) }
      func refuse(_ code: LoadError.Code, _ message: String) -> Refusal {
        Refusal(code: code, message: message, line: Int(clamping: event.start_mark.line) + 1)
      }
      guard isParsed else {
        // It looks a thousand brackets ahead, and stops there by itself.
        return parser.flow_level > limit
          ? Refusal(
            code: .nestingTooDeep, message: "nests deeper than \(limit)",
            line: Int(clamping: parser.mark.line) + 1) : nil
      }
      switch event.type {
      case YAML_STREAM_END_EVENT: return nil
      case YAML_ALIAS_EVENT:
        return refuse(
          .metadataMalformed,
          "uses YAML aliases, which are not read; write out what they stand for")
      case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
        (depth, nodes) = (depth + 1, nodes + 1)
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
      case YAML_SCALAR_EVENT: nodes += 1
      default: break
      }
      if depth > limit { return refuse(.nestingTooDeep, "nests deeper than \(limit)") }
      if nodes > nodeLimit {
        return refuse(.limitExceeded, "has more than \(nodeLimit) values")
      }
    }
  }
}
