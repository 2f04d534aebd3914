/// What PyTorch's pickles call to put tensors together again, by full name.
enum PyTorchCallee: String {
  case tensor = "torch._utils._rebuild_tensor"
  case tensor2 = "torch._utils._rebuild_tensor_v2"
  case tensor3 = "torch._utils._rebuild_tensor_v3"
  case quantised = "torch._utils._rebuild_qtensor"
  case parameter = "torch._utils._rebuild_parameter"
  case parameterWithState = "torch._utils._rebuild_parameter_with_state"
  case fromNumPy = "torch._utils._rebuild_device_tensor_from_numpy"
  case fromTensor = "torch._utils._rebuild_device_tensor_from_cpu_tensor"
  case xla = "torch._utils._rebuild_xla_tensor"
  case sparse = "torch._utils._rebuild_sparse_tensor"
  case sparseRows = "torch._utils._rebuild_sparse_csr_tensor"
  case nested = "torch._utils._rebuild_nested_tensor"
  case meta = "torch._utils._rebuild_meta_tensor_no_storage"
  case wrapper = "torch._utils._rebuild_wrapper_subclass"
  case subclass = "torch._tensor._rebuild_from_type"
  case subclass2 = "torch._tensor._rebuild_from_type_v2"
  case storage = "torch.storage._load_from_bytes"
  case arrayOfBuffer = "numpy.core.numeric._frombuffer"
  case array = "numpy.core.multiarray._reconstruct"
  case scalar = "numpy.core.multiarray.scalar"

  /// The callee of that name, whatever version of the library wrote it.
  init?(_ name: String) {
    let present = name.replacing("numpy._core.", with: "numpy.core.").replacing(
      "torch.tensor._rebuild", with: "torch._tensor._rebuild")
    self.init(rawValue: present)
  }

  /// The functions of `torch._utils`, without the module.
  static let utilities: Set<String> = [
    "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor",
    "_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_device_tensor_from_numpy",
    "_rebuild_device_tensor_from_cpu_tensor", "_rebuild_xla_tensor", "_rebuild_sparse_tensor",
    "_rebuild_sparse_csr_tensor", "_rebuild_nested_tensor", "_rebuild_meta_tensor_no_storage",
    "_rebuild_wrapper_subclass",
  ]
}
