internal import Load
package import Report

extension Inspection {
  /// Writes what others need to recompute an outcome's judgements without the weights, and recomputes
  /// them from it.
  ///
  /// - Parameters:
  ///   - outcome: of this inspection, whose options keep grounds.
  ///   - folder: new or empty.
  /// - Throws: also if what was written does not give the same judgements.
  package func writeEvidence(
    of outcome: CheckOutcome, invocation: Invocation, detail: Detail, to folder: String
  ) async throws(InputFailure) -> EvidenceRecord {
    let result = await Concurrent.apart { () -> Result<EvidenceRecord, InputFailure> in
      do throws(InputFailure) {
        var report = outcome.report
        report.invocation = invocation
        var writer = EvidenceWriter(folder: folder, options: options)
        let record = try writer.write(
          report, detail: detail, grounds: outcome.grounds, isComparison: outcome.isComparison)
        let verification = try verifier(folder, expecting: record.manifestSHA256).verify()
        guard verification.isSame else {
          throw InputFailure(
            input: folder,
            message: "does not give the same verdict, and is no evidence of it; "
              + "`verify` lists what differs", kind: .output)
        }
        return .success(record)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Recomputes the judgements of an evidence pack.
  ///
  /// - Parameters:
  ///   - folder: of the pack.
  ///   - digest: SHA-256 of its manifest as somebody stated it; nil if nobody did.
  /// - Returns: a failure for a pack whose digests do not match, or that cannot be read.
  package func verify(
    evidence folder: String, expecting digest: String?
  ) async -> Result<Verification, InputFailure> {
    await Concurrent.apart {
      do throws(InputFailure) {
        return .success(try verifier(folder, expecting: digest).verify())
      } catch {
        return .failure(error)
      }
    }
  }

  private func verifier(
    _ folder: String, expecting digest: String?
  ) throws(InputFailure) -> EvidenceVerifier {
    let opener = try ModelOpener(options: options, progress: { _ in })
    return EvidenceVerifier(
      folder: folder, threads: opener.threads, source: opener.source(cache: nil),
      expected: digest)
  }
}
