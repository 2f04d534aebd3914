package import Report

/// What an inspection delegates to: the six stages in order, or their stand-in in tests.
package protocol Pipeline: Sendable {
  func check(
    models: [String], references: [String], options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> CheckOutcome

  func compare(
    subject: String, reference: String, options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> CheckOutcome

  func fingerprint(
    models: [String], destination: FingerprintDestination, options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> FingerprintOutcome

  func inspect(
    model: String, options: InspectionOptions
  ) async -> Result<ModelDescription, InputFailure>
}
