/// LibLZF's compression, the fast filter of h5py (registered with HDF5 as 32000).
///
/// Source: the format that `lzf_d.c` of LibLZF 3.6 reads.
enum LZF {
  /// - Returns: how many bytes `target` holds, or nil if the data is not LZF's or does not fit.
  static func decompress(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var (input, output) = (0, 0)
    while input < source.count {
      let control = Int(source[input])
      input += 1
      if control < 32 {
        let count = control + 1
        guard input + count <= source.count, output + count <= target.count else { return nil }
        UnsafeMutableRawBufferPointer(rebasing: target[output..<output + count])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[input..<input + count]))
        input += count
        output += count
        continue
      }
      var count = control >> 5 + 2
      if count == 9 {
        guard input < source.count else { return nil }
        count += Int(source[input])
        input += 1
      }
      guard input < source.count else { return nil }
      let start = output - ((control & 31) << 8) - Int(source[input]) - 1
      input += 1
      guard start >= 0, output + count <= target.count else { return nil }
      // The copy may overlap itself: what it writes is what it reads next.
      for place in 0..<count { target[output + place] = target[start + place] }
      output += count
    }
    return output
  }
}
