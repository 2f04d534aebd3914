import Load

// Before anything else: this may be a child process that parses the structure of an HDF5 file.
HDF5IndexProcess.runChildIfRequested(arguments: CommandLine.arguments)
print("shellcheck-model")
