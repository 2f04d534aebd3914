#!/usr/bin/env python3
"""Fingerprint models on a Spark cluster, one row per model in a Parquet table.

usage: fingerprint.py --tool TOOL --into FOLDER [LOCATION...] [--from LIST]

A location is a path that all machines see, a `hub:` id, or the URI of a file or folder in an object
store. In FOLDER (a path or a URI) are, after it:

  fingerprints/KEY.fingerprint.safetensors  what `shellcheck-model fingerprint` writes
  models/run=N/      identity, digests, screening vectors and card of each model (Parquet)
  failures/run=N/    what could not be read, and why (Parquet)

A second run reads only what is new or has changed, and what failed for a passing reason.
docs/distributed.md has clusters, queues and costs.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from collection import fingerprint_file, locations, schedule, session, tables, tool
from collection.hadoop import CopyFailed, Hadoop
from collection.locations import Location
from collection.store import Store, remove
from collection.vectors import vectors

Row = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """What an executor needs to know to fingerprint models."""

    tool: str
    version: str
    store: Store
    attempts: int
    timeout: float
    threads: int
    again: bool

    def batch(self, batch: list[Location]) -> Iterator[Row]:
        """The outcomes of models, one by one."""
        context = TaskContext.get()
        # A task that is done again lost its worker, perhaps by one of these models.
        is_repeated = context is not None and context.attemptNumber() > 0
        for location in batch:
            yield self.outcome(location, is_repeated)

    def outcome(self, location: Location, is_repeated: bool) -> Row:
        """A row of models, or one of failures."""
        if not is_repeated:
            return self._outcome(location)
        lost = self.store.attempts(location.key)
        if lost >= self.attempts:
            self.store.end(location.key)
            message = f"whatever worked on it was lost {lost} times"
            return self._failure(location, "worker-lost", message, lost, lasting=True)
        self.store.begin(location.key)
        outcome = self._outcome(location)
        self.store.end(location.key)
        return outcome

    def _outcome(self, location: Location) -> Row:
        place = self.store.place("fingerprints", location.key + fingerprint_file.SUFFIX)
        with locations.scratch() as folder:
            if not self.again and self.store.exists(place):
                (path,) = self.store.get([place], folder)
                return self._describe(location, path, None)
            return self._read(location, folder, place)

    def _read(self, location: Location, folder: str, place: str) -> Row:
        source = location.text
        if locations.is_uri(source):
            source = os.path.join(folder, "source")
            os.mkdir(source)
            if failure := self._fetch(location, source):
                return failure
            source = os.path.join(source, os.listdir(source)[0])
        path = os.path.join(folder, "model" + fingerprint_file.SUFFIX)
        arguments = ["fingerprint", source, "--output", path, "--id", locations.name(location.text),
                     "--threads", str(self.threads), "--no-cache"]  # fmt: skip
        for attempt in range(1, self.attempts + 1):
            run = tool.run(self.tool, arguments, folder, self.timeout)
            if run.status == 0:
                outcome = self._describe(location, path, run)
                if outcome["model"] is not None:
                    self.store.put(path, place)
                return outcome
            if not run.may_pass:
                return self._failure(location, "unreadable", run.message, attempt, lasting=True)
            time.sleep(min(attempt, 10))
        return self._failure(location, "killed", run.message, self.attempts, lasting=False)

    def _fetch(self, location: Location, folder: str) -> Row | None:
        for attempt in range(1, self.attempts + 1):
            try:
                self.store.hadoop.get([location.text], folder)
                return None
            except CopyFailed as error:
                message = str(error)
                for name in os.listdir(folder):
                    part = os.path.join(folder, name)
                    (shutil.rmtree if os.path.isdir(part) else os.remove)(part)
                time.sleep(min(attempt, 10))
        lasting = location.state == "absent"
        return self._failure(location, "not-fetched", message, self.attempts, lasting)

    def _describe(self, location: Location, path: str, run: tool.Run | None) -> Row:
        try:
            model = fingerprint_file.read(path)
            screened = vectors(model)
            row = {
                **_identity(model),
                "location": location.text,
                "name": locations.name(location.text),
                "key": location.key,
                "state": location.state,
                "bytes": location.size,
                "tool": self.version,
                "seconds": run.seconds if run else None,
                "processor_seconds": run.processor_seconds if run else None,
                "width": screened.width,
                "frame": model.frame["kind"] if model.frame else None,
                "linear": screened.linear,
                "tokens": screened.tokens,
                "circuits": screened.circuits,
                "layers": screened.layers,
                "tensor_digests": screened.digests,
            }
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            message = f"its fingerprint could not be read: {error}"
            return self._failure(location, "damaged", message, 1, lasting=True)
        return {"model": row, "failure": None}

    def _failure(
        self, location: Location, kind: str, message: str, attempts: int, lasting: bool
    ) -> Row:
        failure = {
            "location": location.text,
            "key": location.key,
            "state": location.state,
            "bytes": location.size,
            "kind": kind,
            "message": message,
            "attempts": attempts,
            "lasting": lasting,
            "tool": self.version,
        }
        return {"model": None, "failure": failure}


def _identity(model: fingerprint_file.Fingerprint) -> Row:
    identity = model.identity
    card = identity["disclosure"]
    sizes = [
        f"{part} {size.get('layers', '?')}×{size.get('hidden', '?')}"
        for part, size in sorted(identity["dimensions"].items())
    ]
    family = identity.get("family")
    return {
        "digest": identity["digest"],
        "format": identity["format"],
        "family": family,
        "parameters": identity["parameters"],
        "tensors": len(model.tensors),
        "shape": " ".join([family or "unknown", *sizes]),
        "declared": sorted({parent["name"] for parent in card["parents"]}),
        "license": card.get("license"),
        "card": json.dumps(card, sort_keys=True, ensure_ascii=False),
        "incomplete": bool(identity.get("problems") or model.notes),
        "methods": model.methods,
    }


def wanted(spark: SparkSession, store: Store, found: list[Location], again: bool) -> list[Location]:
    """The locations of which neither a row nor a lasting failure of the same state is there."""
    if again:
        return found
    done = {
        (row.location, row.state)
        for row in tables.rows(spark, store.place("models"), tables.MODELS)
        .select("location", "state")
        .distinct()
        .union(
            tables.rows(spark, store.place("failures"), tables.FAILURES)
            .filter("lasting")
            .select("location", "state")
        )
        .collect()
    }
    return [location for location in found if (location.text, location.state) not in done]


def next_run(spark: SparkSession, store: Store) -> int:
    """A number that no run has yet."""
    last = [
        tables.rows(spark, store.place(name), schema).agg(f.max("run")).first()
        for name, schema in [("models", tables.MODELS), ("failures", tables.FAILURES)]
    ]
    return 1 + max(row[0] or 0 for row in last if row is not None)


def main() -> int:
    """Exit status: 0; 2 if some model could not be read; 64 for wrong usage."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("locations", nargs="*", metavar="LOCATION")
    parser.add_argument("--from", dest="lists", action="append", default=[], metavar="LIST")
    parser.add_argument("--tool", required=True, help="shellcheck-model, where executors have it")
    parser.add_argument("--into", required=True, help="folder, the same for all machines, or URI")
    parser.add_argument("--master", help="Spark's master (default: spark-submit's, or local)")
    parser.add_argument("--attempts", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=3600, help="seconds per model")
    parser.add_argument("--threads", type=int, default=1, help="of the tool; = spark.task.cpus")
    parser.add_argument("--batch-bytes", type=int, default=4 << 30)
    parser.add_argument("--batch-models", type=int, default=64)
    parser.add_argument("--again", action="store_true", help="read what is done once more")
    options = parser.parse_args()
    texts = [*options.locations, *(line for path in options.lists for line in
                                   locations.read_list(path))]  # fmt: skip
    if not texts:
        parser.print_usage(sys.stderr)
        return 64
    spark = session.start("shellcheck-model fingerprint", options.master)
    store = Store(options.into, Hadoop(locations.hadoop_settings(spark), options.timeout))
    found = locations.survey(spark, texts)
    todo = wanted(spark, store, found, options.again)
    print(f"{len(found)} locations, {len(todo)} to be read", flush=True)
    if not todo:
        spark.stop()
        return 0
    version = tool.run(options.tool, ["--version"], ".", 60).output.strip()
    work = Work(options.tool, version, store, options.attempts, options.timeout, options.threads,
                options.again)  # fmt: skip
    parts = schedule.batches(todo, options.batch_bytes, options.batch_models)
    number = next_run(spark, store)
    outcomes = spark.sparkContext.parallelize(parts, len(parts)).flatMap(work.batch)
    # Written once and read again, so that a row is in one of the two tables, whatever is lost.
    staging = store.place("staging", f"run={number}")
    spark.createDataFrame(outcomes, tables.OUTCOMES).write.mode("overwrite").parquet(staging)
    staged = spark.read.schema(tables.OUTCOMES).parquet(staging)
    counts = {}
    for column, table in [("failure", "failures"), ("model", "models")]:
        part = staged.filter(f.col(column).isNotNull()).select(f"{column}.*")
        counts[table] = part.count()
        if counts[table]:
            files = 1 + counts[table] // 100_000
            place = store.place(table, f"run={number}")
            part.coalesce(files).write.mode("overwrite").parquet(place)
    remove(spark, staging)
    print(f"run {number}: {counts['models']} models, {counts['failures']} failures", flush=True)
    spark.stop()
    return 2 if counts["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
