import Glibc

// A reader that goes away (`| head`) ends the output, not the program: writes fail with EPIPE.
signal(SIGPIPE, SIG_IGN)

exit(await ToolCommand.execute(Array(CommandLine.arguments.dropFirst()), in: .live()))
