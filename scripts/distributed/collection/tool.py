"""Runs the tool: the same binary that people run."""

import os
import re
import resource
import signal
import subprocess
import time
from dataclasses import dataclass

# "Some input could not be inspected" and "wrong usage": the same another time, but for these codes.
_LASTING = {2, 64}
_PASSING = {"readFailed", "changedWhileRead", "notPermitted", "parserTimedOut"}


@dataclass(frozen=True)
class Run:
    """One run of the tool: exit status (negative for a signal), texts, and what it took."""

    status: int
    output: str
    message: str
    seconds: float
    processor_seconds: float

    @property
    def code(self) -> str | None:
        """What stands in brackets behind the message of an error."""
        found = re.search(r"\[(\w+)\]\s*$", self.message)
        return found[1] if found else None

    @property
    def may_pass(self) -> bool:
        """Whether another try may come out otherwise: it was killed, or something broke off."""
        if self.status in _LASTING:
            return self.code in _PASSING
        return self.status not in (0, 1)


def run(tool: str, arguments: list[str], scratch: str, timeout: float) -> Run:
    """Runs the tool, its caches and temporary files in the scratch folder.

    After `timeout` seconds it is killed with all that it started, and has status −9.
    """
    environment = {**os.environ, "XDG_CACHE_HOME": scratch, "TMPDIR": scratch}
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        [tool, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
            late = ""
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, errors = process.communicate()
            late = f"took longer than {timeout:.0f} s"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    message = errors.decode("utf-8", "replace").strip()[-2000:]
    if not message and process.returncode < 0:
        message = f"ended by signal {-process.returncode}"
    return Run(
        status=process.returncode,
        output=output.decode("utf-8", "replace"),
        message=late or message,
        seconds=time.monotonic() - start,
        processor_seconds=(after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime),
    )
