import Kernels
import Testing

/// The instruction sets of this processor.
enum KernelLevels {
  static let available = [SKM_PORTABLE, SKM_AVX2, SKM_AVX512].filter { level in
    defer { skm_use_level(skm_active_level()) }
    return skm_use_level(level) != 0
  }

  /// Calls `body` with each in use on this thread.
  static func forEach(_ body: (String) throws -> Void) rethrows {
    defer { skm_use_level(skm_active_level()) }
    for level in available {
      skm_use_level(level)
      try body(String(cString: skm_level_name(level)))
    }
  }
}

@Suite struct KernelLevelTests {
  @Test func everyProcessorHasThePortableLevel() {
    #expect(KernelLevels.available.contains(SKM_PORTABLE))
    #expect(KernelLevels.available.contains(skm_active_level()))
  }

  @Test func levelsAreNamedAsTheEnvironmentNamesThem() {
    let names = [SKM_PORTABLE, SKM_AVX2, SKM_AVX512].map { String(cString: skm_level_name($0)) }
    #expect(names == ["portable", "avx2", "avx512"])
    #expect(String(cString: skm_level_name(skm_level(rawValue: 7))) == "unknown")
    #expect(skm_use_level(skm_level(rawValue: 7)) == 0)
  }
}
