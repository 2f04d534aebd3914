import ArgumentParser

/// A number of bytes as people write it: `300MB`, `1.5 GiB`, `4096`.
struct ByteSize: ExpressibleByArgument {
  let bytes: Int

  private static let units: [String: Double] = [
    "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 0x1p10, "mib": 0x1p20,
    "gib": 0x1p30, "tib": 0x1p40,
  ]

  init?(argument: String) {
    guard
      let match = argument.lowercased().wholeMatch(of: /([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([a-z]*)/),
      let number = Double(match.1), let unit = Self.units[String(match.2)], number * unit < 0x1p60
    else { return nil }
    bytes = Int(number * unit)
  }
}
