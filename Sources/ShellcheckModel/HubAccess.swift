internal import Hub
internal import Load
internal import Synchronization

/// The hub, which is not asked anything before a model on it is named.
final class HubAccess: Sendable {
  private let environment: [String: String]
  private let cacheFolder: String?
  private let meter: HubMeter
  /// By whose routes they speak.
  private let libraries = Mutex<[HubAddress.Site: HubLibrary]>([:])

  init(_ options: InspectionOptions) {
    environment = options.environment
    meter = HubMeter(budget: options.hubBudget)
    cacheFolder =
      options.usesCache
      ? StandardFolders.cache(environment: options.environment).map { $0 + "/hub" } : nil
  }

  /// What was read so far; nil if no model on a hub was named.
  var traffic: HubTraffic? {
    libraries.withLock { $0.isEmpty }
      ? nil : HubTraffic(bytes: meter.bytesReceived, requests: meter.requests)
  }

  /// Bytes that may still come; nil: any number.
  var remaining: Int? { meter.budget.map { max(0, $0 - meter.bytesReceived) } }

  /// - Parameters:
  ///   - path: the address of a model on a hub.
  ///   - isSampled: whether little of the weights will be read.
  func find(_ path: String, isSampled: Bool = false) throws(LoadError) -> HubLibrary.Place {
    let address = try HubAddress(path)
    return try library(for: address.site).find(address, isSampled: isSampled)
  }

  func open(_ path: String, isSampled: Bool) throws(LoadError) -> Checkpoint {
    let place = try find(path, isSampled: isSampled)
    return try CheckpointReader.open(place.folder, file: place.file)
  }

  /// The address with the commit that its revision stands for in this run.
  func pinned(_ path: String) -> String {
    guard let address = try? HubAddress(path), let revision = (try? find(path))?.revision else {
      return path
    }
    let place = address.place.isEmpty ? "" : "/" + address.place
    return "\(address.title)\(place)@\(revision)"
  }

  private func library(for site: HubAddress.Site) throws(LoadError) -> HubLibrary {
    if let known = libraries.withLock({ $0[site] }) { return known }
    var settings = try HubSettings(
      environment: environment, cacheFolder: cacheFolder, site: site)
    settings.meter = meter
    let made = HubLibrary(settings)
    return libraries.withLock { libraries in
      let known = libraries[site] ?? made
      libraries[site] = known
      return known
    }
  }
}

/// What came from a hub during a run.
public struct HubTraffic: Sendable, Equatable {
  /// Bytes of answers.
  public var bytes: Int
  /// Requests that were made, those that failed among them.
  public var requests: Int
}
