import CHDF5

/// An open libhdf5 identifier, released at the end of its life.
struct HDF5Handle: ~Copyable {
  let id: hid_t

  /// Nil for what libhdf5 returns on failure.
  init?(_ id: hid_t) {
    guard id >= 0 else { return nil }
    self.id = id
  }

  deinit { H5Idec_ref(id) }
}
