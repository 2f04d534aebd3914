"""The folder that holds tables and fingerprints: a path, or a URI of Hadoop's."""

import os
import shutil
import time
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from .hadoop import Hadoop
from .locations import is_uri


@dataclass(frozen=True)
class Store:
    """Files below one root. Nobody sees half of a file, and putting one twice is no error."""

    root: str
    hadoop: Hadoop

    def place(self, *parts: str) -> str:
        """The path or URI of something below the root."""
        return "/".join([self.root.rstrip("/"), *parts])

    def exists(self, place: str) -> bool:
        """Whether there is such a file."""
        return self.hadoop.exists(place) if is_uri(place) else os.path.exists(place)

    def put(self, path: str, place: str) -> None:
        """Keeps a copy of a local file."""
        if is_uri(place):
            self.hadoop.put(path, place)
            return
        os.makedirs(os.path.dirname(place), exist_ok=True)
        part = f"{place}.part-{os.getpid()}"
        shutil.copyfile(path, part)
        os.replace(part, place)

    def get(self, places: list[str], folder: str) -> list[str]:
        """Local paths of files: what is remote is copied into the folder, in one go."""
        remote = [place for place in places if is_uri(place)]
        if remote:
            self.hadoop.get(remote, folder)
        return [
            os.path.join(folder, os.path.basename(place)) if is_uri(place) else place
            for place in places
        ]

    # Notes of what was begun, by which a model that takes its worker along is found out.

    def attempts(self, key: str) -> int:
        """How often work on something was begun whose end was not seen."""
        folder = self.place("attempts", key)
        if is_uri(folder):
            return self.hadoop.count(folder)
        return len(os.listdir(folder)) if os.path.isdir(folder) else 0

    def begin(self, key: str) -> None:
        """Notes that work has begun."""
        note = self.place("attempts", key, f"{time.time_ns()}-{os.getpid()}")
        if is_uri(note):
            self.hadoop.touch(note)
            return
        os.makedirs(os.path.dirname(note), exist_ok=True)
        with open(note, "w", encoding="utf-8"):
            pass

    def end(self, key: str) -> None:
        """Notes that work has come to an end, whichever."""
        folder = self.place("attempts", key)
        if is_uri(folder):
            self.hadoop.remove(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def remove(spark: SparkSession, place: str) -> None:
    """Removes a folder that Spark has written."""
    gateway: Any = spark.sparkContext._jvm
    path = gateway.org.apache.hadoop.fs.Path(place)
    path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()).delete(path, True)
