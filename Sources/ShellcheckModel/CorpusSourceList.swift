internal import Compare
internal import Load
package import Report

/// A list of models that are worth having as references, or some families of it.
package struct CorpusSourceList {
  let chosen: [CorpusSources.Source]

  /// - Parameters:
  ///   - path: of a list; nil for the tool's own.
  ///   - families: those wanted; all, if there are none.
  ///   - ids: those wanted of them; all, if there are none.
  /// - Throws: for what is no list, and for a family or a model that it does not have.
  package init(path: String?, families: [String], ids: [String] = []) throws(InputFailure) {
    let sources: CorpusSources
    do throws(LoadError) {
      sources = if let path { try CorpusSources(path: path) } else { try CorpusSources.bundled() }
    } catch {
      throw InputFailure(path: error.file ?? path ?? "", error)
    }
    if let unknown = families.first(where: { !sources.families.contains($0) }) {
      throw InputFailure(
        input: "--family",
        message: "there is no \(LoadError.quote(unknown)); there are "
          + sources.families.joined(separator: ", "), kind: .usage)
    }
    let found = sources.chosen(families: families)
    if let unknown = ids.first(where: { id in !found.contains { $0.id == id } }) {
      throw InputFailure(
        input: unknown, message: "is not in the list; see `corpus sources`", kind: .usage)
    }
    chosen = ids.isEmpty ? found : found.filter { ids.contains($0.id) }
  }

  package func text(isJSON: Bool, options: WriterOptions) -> String {
    isJSON
      ? CorpusSourcesWriter.json(chosen) : CorpusSourcesWriter.text(chosen, options: options)
  }
}
