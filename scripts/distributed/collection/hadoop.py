"""Copies between an executor's disk and Hadoop's file systems.

Python workers have no Java of their own; this starts Hadoop's shell from the jars that Spark
brings, once per copy (about a second).
"""

import glob
import os
import shutil
import subprocess
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pyspark import SparkFiles
from pyspark.find_spark_home import _find_spark_home

from .locations import scratch


class CopyFailed(OSError):
    """A copy that did not happen, with what Hadoop said."""


@dataclass(frozen=True)
class Hadoop:
    """Hadoop's shell with its settings, which may be secret: no command line shows them."""

    settings: dict[str, str]
    timeout: float = 3600

    def get(self, uris: list[str], folder: str) -> None:
        """Copies files or folders into a folder."""
        self._run("-get", "-f", *uris, folder)

    def put(self, path: str, uri: str) -> None:
        """Copies a file to where nobody sees half of it."""
        part = f"{uri}.part-{os.getpid()}"
        self._run("-mkdir", "-p", uri.rsplit("/", 1)[0])
        self._run("-put", "-f", path, part)
        # Hadoop moves nothing onto a file; whoever put it there had the same bytes.
        self.remove(uri)
        self._run("-mv", part, uri)

    def exists(self, uri: str) -> bool:
        """Whether there is such a file."""
        return self._status("-test", "-e", uri).returncode == 0

    def count(self, uri: str) -> int:
        """How many files a folder has; 0 where there is none."""
        result = self._status("-ls", "-C", uri)
        return len(result.stdout.split()) if result.returncode == 0 else 0

    def touch(self, uri: str) -> None:
        """Makes an empty file, and the folders above it."""
        self._run("-mkdir", "-p", uri.rsplit("/", 1)[0])
        self._run("-touchz", uri)

    def remove(self, uri: str) -> None:
        """Removes a file or a folder."""
        self._run("-rm", "-r", "-f", "-skipTrash", uri)

    def _run(self, *arguments: str) -> None:
        result = self._status(*arguments)
        if result.returncode != 0:
            lines = [line for line in result.stderr.splitlines() if line.strip()]
            raise CopyFailed(lines[-1] if lines else f"status {result.returncode}")

    def _status(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        with scratch() as folder:
            site = os.path.join(folder, "core-site.xml")
            with open(os.open(site, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write(_configuration(self.settings))
            try:
                return subprocess.run(
                    [_java(), "-Xmx256m", "-cp", os.pathsep.join([folder, *_class_path()]),
                     "org.apache.hadoop.fs.FsShell", *arguments],
                    capture_output=True, text=True, timeout=self.timeout, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired as error:
                raise CopyFailed(f"took longer than {self.timeout:.0f} s") from error


def _configuration(settings: dict[str, str]) -> str:
    properties = "".join(
        f"<property><name>{escape(key)}</name><value>{escape(value)}</value></property>"
        for key, value in sorted(settings.items())
    )
    return f"<configuration>{properties}</configuration>"


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    return os.path.join(home, "bin", "java") if home else shutil.which("java") or "java"


def _class_path() -> list[str]:
    own = [os.environ[key] for key in ("HADOOP_CONF_DIR",) if os.environ.get(key)]
    shipped = sorted(glob.glob(os.path.join(SparkFiles.getRootDirectory(), "*.jar")))
    return [*own, *shipped, os.path.join(_find_spark_home(), "jars", "*")]
