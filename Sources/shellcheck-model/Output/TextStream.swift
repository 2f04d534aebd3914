import Glibc

/// Somewhere text goes.
protocol TextStream: Sendable {
  var isTerminal: Bool { get }

  /// - Returns: 0, or the errno that kept the text from being written.
  @discardableResult func write(_ text: String) -> Int32
}

/// Standard output or standard error.
struct DescriptorStream: TextStream {
  let descriptor: Int32

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Width of the terminal, or nil if there is none or it does not tell.
  var columns: Int? {
    var size = winsize()
    guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Writes all of the text.
  ///
  /// A reader that has gone is no error: the rest is dropped in silence.
  func write(_ text: String) -> Int32 {
    let code = Self.writeAll(text, to: descriptor)
    return code == EPIPE ? 0 : code
  }

  /// - Returns: 0, or the errno of the write that failed.
  static func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return 0
    }
  }
}
