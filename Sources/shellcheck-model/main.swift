import Fingerprint
import Glibc
import Load

// OpenBLAS starts threads when it is loaded, and they spin: end them while they are young.
DenseMatrix.useOneThread()

// This may be a child process that parses the structure of an HDF5 file.
HDF5IndexProcess.runChildIfRequested(arguments: CommandLine.arguments)

// A reader that goes away (`| head`) ends the output, not the program: writes fail with EPIPE.
signal(SIGPIPE, SIG_IGN)

TemporaryFiles.removeOnInterruption()

exit(await ToolCommand.execute(Array(CommandLine.arguments.dropFirst()), in: .live()))
