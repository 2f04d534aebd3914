/// What is known of the names that pickles look up in Python's modules.
///
/// Nothing here lets anything run: it only decides what is said of a name.
enum PickleGlobals {
  static func danger(module: String, name: String) -> PickleGlobal.Danger {
    if isHarmless(module: module, name: name) { return .none }
    return isDangerous(module: module, name: name) ? .known : .unknown
  }

  private static func isHarmless(module: String, name: String) -> Bool {
    // A name with dots reaches through attributes: of a harmless module to whatever it imports.
    guard !name.contains(".") else { return false }
    if harmless[module]?.contains(name) == true { return true }
    // Classes of TorchScript, which Python cannot import.
    if module == "__torch__" || module.hasPrefix("__torch__.") { return true }
    if module == "torch" || module == "torch.cuda" {
      return PyTorchType.storages[name] != nil || PyTorchType.named(name) != nil
    }
    // Layers, whose constructors take sizes. Names of classes only: modules import functions too.
    let first = name.unicodeScalars.first?.properties.isUppercase ?? false
    return first && (module == "torch.nn.modules" || module.hasPrefix("torch.nn.modules."))
  }

  /// What data is made of, and functions that put tensors together.
  private static let harmless: [String: Set<String>] = {
    let builtins: Set = [
      "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "long",
      "object", "range", "set", "slice", "str", "tuple", "unicode", "xrange",
    ]
    let paths: Set = ["Path", "PosixPath", "PurePath", "PurePosixPath", "WindowsPath"]
    let multiarray: Set = ["_reconstruct", "scalar"]
    return [
      "builtins": builtins, "__builtin__": builtins,
      "collections": [
        "Counter", "OrderedDict", "defaultdict", "deque",
      ],
      "copyreg": ["_reconstructor"], "copy_reg": ["_reconstructor"], "_codecs": ["encode"],
      "argparse": ["Namespace"], "pathlib": paths, "pathlib._local": paths,
      "datetime": ["date", "datetime", "time", "timedelta", "timezone"], "decimal": ["Decimal"],
      "uuid": ["UUID"], "fractions": ["Fraction"],
      "torch": ["Size", "Tensor", "device", "dtype", "layout", "memory_format", "strided"],
      "torch._utils": PyTorchCallee.utilities,
      "torch._tensor": ["Tensor", "_rebuild_from_type", "_rebuild_from_type_v2"],
      "torch.tensor": ["Tensor", "_rebuild_from_type"], "torch.serialization": ["_get_layout"],
      // Pickles within the pickle are followed (`NestedStorage`).
      "torch.storage": [
        "TypedStorage", "UntypedStorage", "_TypedStorage", "_UntypedStorage", "_load_from_bytes",
      ],
      "torch.nn.parameter": [
        "Buffer", "Parameter", "UninitializedBuffer", "UninitializedParameter",
      ],
      "torch.jit._pickle": [
        "build_boollist", "build_doublelist", "build_intlist", "build_tensor_from_id",
        "build_tensorlist", "restore_type_tag",
      ],
      "numpy": ["dtype", "ndarray"], "numpy.core.multiarray": multiarray,
      "numpy._core.multiarray": multiarray, "numpy.core.numeric": ["_frombuffer"],
      "numpy._core.numeric": ["_frombuffer"],
    ]
  }()

  // MARK: Known to be dangerous

  private static func isDangerous(module: String, name: String) -> Bool {
    let path = module.split(separator: ".").map(String.init)
    let attributes = name.split(separator: ".").map(String.init)
    if let root = path.first, modules.contains(root) { return true }
    if let names = functions[module], let first = attributes.first, names.contains(first) {
      return true
    }
    // `collections.abc.sys.modules`: a harmless module leads to any that it imports.
    let reached = path.dropFirst() + attributes
    return reached.contains { reaching.contains($0) }
      || attributes.count > 1 && attributes.contains { modules.contains($0) }
  }

  /// Modules that run programs or code, load code, or open files and connections.
  private static let modules: Set<String> = [
    "_aix_support", "_io", "_osx_support", "_pickle", "_posixsubprocess", "_pyrepl", "_winapi",
    "aiohttp", "asyncio", "asyncore", "bdb", "cProfile", "cloudpickle", "code", "codeop",
    "commands", "concurrent", "ctypes", "dbm", "dill", "distutils", "doctest", "ensurepip", "fcntl",
    "fileinput", "ftplib", "gc", "http", "httplib", "httpx", "idlelib", "imaplib", "imp",
    "importlib", "inspect", "io", "joblib", "jsonpickle", "lib2to3", "linecache", "marshal", "mmap",
    "multiprocessing", "nntplib", "nt", "os", "pdb", "pickle", "pickletools", "pip",
    "pkg_resources",
    "pkgutil", "platform", "poplib", "posix", "posixpath", "profile", "pty", "pwd", "pydoc",
    "requests", "resource", "rlcompleter", "runpy", "select", "setuptools", "shelve", "shlex",
    "shutil", "signal", "site", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess",
    "sys", "sysconfig", "telnetlib", "tempfile", "test", "threading", "timeit", "trace",
    "tracemalloc",
    "turtle", "types", "urllib", "urllib2", "urllib3", "venv", "webbrowser", "winreg", "xmlrpc",
    "zipapp", "zipimport",
  ]

  /// Functions that do so in modules that otherwise do not.
  private static let functions: [String: Set<String>] = {
    let builtins: Set = [
      "__import__", "apply", "breakpoint", "compile", "delattr", "dir", "eval", "exec", "execfile",
      "file", "filter", "getattr", "globals", "input", "locals", "map", "open", "raw_input",
      "reload",
      "setattr", "vars",
    ]
    return [
      "builtins": builtins, "__builtin__": builtins, "functools": ["reduce"],
      "operator": ["attrgetter", "itemgetter", "methodcaller"],
      "_operator": ["attrgetter", "itemgetter", "methodcaller"], "codecs": ["open"],
      "logging.config": ["dictConfig", "fileConfig", "listen"], "uuid": ["_get_command_stdout"],
      "numpy": ["fromfile", "load", "memmap"], "numpy.testing._private.utils": ["runstring"],
      "numpy.f2py": ["compile"], "pandas": ["eval", "read_pickle"],
      "torch": ["hub", "load"], "torch.serialization": ["load"],
      "torch.hub": ["_load_local", "load", "load_state_dict_from_url"],
      "torch.jit.unsupported_tensor_ops": ["execWrapper"], "torch.utils.collect_env": ["run"],
      "torch.utils.cpp_extension": ["load", "load_inline"],
      "torch._dynamo.guards": ["GuardBuilder"], "torch.utils.data.datapipes": ["utils"],
      "torch.fx.graph_module": ["_exec_with_source", "_forward_from_src", "reduce_graph_module"],
      "torch.package": ["PackageImporter"],
    ]
  }()

  /// Attributes that lead from any object to all of Python.
  private static let reaching: Set<String> = [
    "__base__", "__bases__", "__builtins__", "__class__", "__code__", "__dict__",
    "__getattribute__",
    "__globals__", "__import__", "__loader__", "__mro__", "__reduce__", "__reduce_ex__", "__spec__",
    "__subclasses__", "eval", "exec", "execfile", "popen", "system",
  ]
}
