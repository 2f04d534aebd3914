"""Where models are: paths, ids of hubs, and URIs of object stores.

A path must be the same on all machines (a shared mount), or all work be on one. Ids of hubs
(`hub:…`, `modelscope:…`) go to the tool as they are. A URI (`s3a://…`, `gs://…`, `hdfs://…`,
`file:///…`) is read through Hadoop's file systems, with the settings (`spark.hadoop.*`) and jars
that Spark was started with.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

_LISTERS = 16
# As the tool calls hubs.
_HUBS = ("hub:", "modelscope:")
# Files that are called like everybody's go by their folder's name.
_COMMON = {"model", "pytorch_model", "tf_model", "flax_model", "adapter_model", "weights"}


@dataclass(frozen=True)
class Location:
    """A model's place.

    `state` changes when the model's bytes do, as far as names, sizes and times show it; it is empty
    where nothing can be known before it is read (`hub:` ids without a revision).
    """

    text: str
    size: int | None
    state: str

    @property
    def key(self) -> str:
        """Names its fingerprint: of the place and its state."""
        return hashlib.sha256(f"{self.text}\0{self.state}".encode()).hexdigest()[:32]


def is_hub(text: str) -> bool:
    """Whether it is an id of a hub, which only the tool understands."""
    return text.startswith(_HUBS)


def is_uri(text: str) -> bool:
    """Whether it is to be read through Hadoop."""
    return "://" in text and not is_hub(text)


def name(text: str) -> str:
    """What a corpus calls the model: OWNER/NAME of a hub, else the last part of its path."""
    if is_hub(text):
        owner, *names = text.partition(":")[2].split("@")[0].split("/")
        return "/".join(_plain(part) for part in [owner, *names[:1]])
    *folders, last = text.rstrip("/").split("/")
    if last.split(".")[0] in _COMMON and folders and folders[-1]:
        return _plain(folders[-1])
    return _plain(last.removesuffix(".fingerprint.safetensors"))


def _plain(name: str) -> str:
    """A name of which the tool takes any for an id: files and folders may be called otherwise."""
    plain = re.sub(r"[^\w.+-]", "-", name).lstrip(".-")
    return plain.encode()[:90].decode(errors="ignore") or "model"


def read_list(path: str) -> Iterator[str]:
    """The locations of a list, one a line; empty lines and those that begin with # are none."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if (text := line.strip()) and not text.startswith("#"):
                yield text


def survey(spark: SparkSession, texts: Iterable[str]) -> list[Location]:
    """Sizes and states of locations, each once, in the order of their texts.

    What is not there has no size; reading it fails, and that goes into the failures.
    """
    with ThreadPoolExecutor(_LISTERS) as pool:
        return list(pool.map(lambda text: _look(spark, text), sorted(set(texts))))


def _look(spark: SparkSession, text: str) -> Location:
    if is_hub(text):
        _, _, revision = text.partition("@")
        return Location(text, None, revision)
    try:
        files = sorted(_remote_files(spark, text) if is_uri(text) else _local_files(text))
    except OSError:
        files = []
    if not files:
        return Location(text, None, "absent")
    state = hashlib.sha256("\n".join(f"{n}\0{s}\0{t}" for n, s, t in files).encode())
    return Location(text, sum(size for _, size, _ in files), state.hexdigest()[:16])


def _local_files(path: str) -> Iterator[tuple[str, int, int]]:
    if not os.path.isdir(path):
        status = os.stat(path)
        yield "", status.st_size, status.st_mtime_ns
        return
    for folder, folders, files in os.walk(path):
        folders.sort()
        for file in files:
            full = os.path.join(folder, file)
            if os.path.exists(full):
                status = os.stat(full)
                yield os.path.relpath(full, path), status.st_size, status.st_mtime_ns


def _remote_files(spark: SparkSession, uri: str) -> Iterator[tuple[str, int, int]]:
    gateway: Any = spark.sparkContext._jvm
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    try:
        path = gateway.org.apache.hadoop.fs.Path(uri)
        found = path.getFileSystem(settings).listFiles(path, True)
        while found.hasNext():
            status = found.next()
            yield (
                status.getPath().toString(),
                int(status.getLen()),
                int(status.getModificationTime()),
            )
    except Exception as error:  # Whatever the file system's Java throws.
        raise OSError(str(error).splitlines()[0]) from error


def hadoop_settings(spark: SparkSession) -> dict[str, str]:
    """The settings of Hadoop that Spark was started with, for `Hadoop` on executors."""
    prefix = "spark.hadoop."
    return {
        key.removeprefix(prefix): value
        for key, value in spark.sparkContext.getConf().getAll()
        if key.startswith(prefix)
    }


def scratch() -> "tempfile.TemporaryDirectory[str]":
    """A folder for one model's files, on the executor's local disk."""
    base = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0]
    return tempfile.TemporaryDirectory(prefix="model-", dir=base if os.path.isdir(base) else None)
