import Foundation
import Load

/// The routes of a hub, and what its listings look like.
protocol HubDialect: Sendable {
  /// The variable that names another hub which speaks it.
  var endpointVariable: String { get }
  var standardEndpoint: String { get }
  /// The variable that has the token.
  var tokenVariable: String { get }

  /// Headers that say who asks, for the hub's own origin.
  func credentials(_ token: String) -> [(name: String, value: String)]

  /// What the hub has of a model, at the commit that its revision stands for now; the files are not checked
  /// yet.
  func listing(
    of address: HubAddress, by client: HubClient
  ) throws(LoadError) -> HubListing

  /// Where a file of a commit is.
  func url(
    of file: HubListing.File, in address: HubAddress, at commit: String, by client: HubClient
  ) throws(LoadError) -> URL
}
