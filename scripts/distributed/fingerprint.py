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
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from collection import locations, schedule, session, tables, tool
from collection.hadoop import Hadoop
from collection.locations import Location
from collection.reading import Reader
from collection.store import Store, remove


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
    reader = Reader(
        tool=options.tool,
        version=version,
        store=store,
        attempts=options.attempts,
        timeout=options.timeout,
        threads=options.threads,
        again=options.again,
    )
    parts = schedule.batches(todo, options.batch_bytes, options.batch_models)
    number = next_run(spark, store)
    outcomes = spark.sparkContext.parallelize(parts, len(parts)).flatMap(reader.batch)
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
