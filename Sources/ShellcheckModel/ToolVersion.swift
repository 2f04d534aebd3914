internal import Kernels
package import Report

/// The version of the library and of the tool built on it.
public enum ToolVersion {
  /// Semantic version.
  public static let current = "0.1.0"

  /// Of the sources that this was built from, as scripts/install tells the compiler; nil where nobody
  /// did.
  public static let commit: String? = {
    let text = String(cString: skm_commit())
    return text.isEmpty ? nil : text
  }()

  package static let tool = Tool(name: "shellcheck-model", version: current, commit: commit)
}
