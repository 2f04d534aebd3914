import Load

/// Replaces files in one step, with this stage's errors.
package enum AtomicFile {
  /// - Throws: `.notWritten`; nothing is left behind then.
  package static func write(
    _ bytes: some Sequence<UInt8>, to path: String
  ) throws(FingerprintError) {
    do throws(ReplacingFile.Failure) {
      try ReplacingFile.write(bytes, to: path)
    } catch {
      throw FingerprintError(.notWritten, "could not be written: \(error.reason)", file: path)
    }
  }
}
