import Foundation

/// The target that `scripts/fuzz` names in the environment; a mistake there ends the fuzzer at once.
private let target = FuzzTarget(rawValue: ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "")

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  guard let target else { fatalError("FUZZ_TARGET names no target") }
  // Refusing an input is a good answer to it.
  try? target.read(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}
