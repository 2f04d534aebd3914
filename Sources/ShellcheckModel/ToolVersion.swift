package import Report

/// The version of the library and of the tool built on it.
public enum ToolVersion {
  /// Semantic version.
  public static let current = "0.1.0"

  package static let tool = Tool(name: "shellcheck-model", version: current)
}
