#!/usr/bin/env python3
"""Find what was made from what in a collection that fingerprint.py has fingerprinted.

usage: lineage.py --tool TOOL --into FOLDER

Promising pairs are found by equal bytes, cards and screening vectors; the tool's `check` then holds
each model against its candidates, and `tree` draws each family. In FOLDER, after it (Parquet):

  candidates/run=N/  first, second, kinds, strength: why two models were compared
  verdicts/run=N/    one row per model that was compared: relation, log10P, summary, failure
  edges/run=N/       model, parent, relation, share, log10P, direction
  pairs/run=N/       model, other, relation, log10P of all that the weights show to be related
  families/run=N/    family, model, members
  trees/run=N/       family, origin, target, kind, distance of the drawn lines and arrows
  runs/run=N/        how much was done

The last run is the state of the collection. What has been compared with the same others is taken
from the run before. A model of which there is no verdict resembles no other.
"""

import argparse
import sys
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import StructType

from collection import candidates, families, locations, naming, session, tables, tool
from collection.comparing import Comparer, Model, Task
from collection.hadoop import Hadoop
from collection.screening import Buckets
from collection.store import Store, remove

Rows = list[dict[str, Any]]


def main() -> int:
    """Exit status: 0; 2 if some comparison failed; 64 where there are no models."""
    options = _options()
    spark = session.start("shellcheck-model lineage", options.master)
    store = Store(options.into, Hadoop(locations.hadoop_settings(spark), options.timeout))
    newest = tables.newest(spark, store.place("models"), tables.MODELS).persist()
    every = newest.select("digest", "location", "name", "key", "declared", "frame").collect()
    if not every:
        print("there are no models; run fingerprint.py first", file=sys.stderr)
        return 64
    # Of those with the same weights, one that has its tokenizer shows the most.
    every.sort(key=lambda row: (row.digest, row.frame != "tokenStrings", row.location))
    firsts = [row for i, row in enumerate(every) if i == 0 or every[i - 1].digest != row.digest]
    models = naming.named(firsts)
    print(f"{len(every)} models, {len(models)} of different weights", flush=True)

    pairs = _pairs(spark, options, newest, models)
    declared = naming.declared_pairs(models, every)
    partners = candidates.strongest(pairs, options.keep, declared)
    version = tool.run(options.tool, ["--version"], ".", 60).output.strip()
    jobs = naming.tasks(models, partners, version)
    known = _known(spark, store)
    todo = [job for job in jobs if job.inputs not in known]
    reused = len(jobs) - len(todo)
    print(f"{len(pairs)} candidate pairs; {len(jobs)} models to compare, "
          f"{reused} of them as before", flush=True)  # fmt: skip

    run = _next_run(spark, store)
    comparer = Comparer(options.tool, store, options.attempts, options.timeout, options.threads)
    fresh = _verdicts(spark, store, run, comparer, naming.batches(models, todo, pairs))
    before = [known[job.inputs] for job in jobs if job.inputs in known]
    verdicts = [row.asDict(recursive=True) for row in [*fresh, *before]]
    verdicts.sort(key=lambda row: str(row["model"]))
    edges = [{"model": row["model"], **edge} for row in verdicts for edge in row["edges"]]
    edges += families.twins(every)
    related = [{"model": row["model"], **pair} for row in verdicts for pair in row["pairs"]]
    members = families.families(every, edges, related)
    drawn = families.drawn(models, members, options.tree_limit)
    trees = _trees(spark, comparer, drawn)
    failures = sum(row.get("failure") is not None for row in [*verdicts, *trees])
    why = [
        {
            "first": models[pair.first].location,
            "second": models[pair.second].location,
            "kinds": pair.kinds,
            "strength": pair.strength,
        }
        for pair in sorted(pairs)
    ]
    account = {
        "models": len(every),
        "different": len(models),
        "pairs": len(pairs),
        "compared": len(todo),
        "reused": reused,
        "failures": failures,
    }
    for name, rows, schema in [
        ("candidates", why, tables.CANDIDATES),
        ("verdicts", verdicts, tables.VERDICTS),
        ("edges", edges, tables.with_model(tables.EDGE)),
        ("pairs", related, tables.with_model(tables.PAIR)),
        ("families", members, tables.FAMILIES),
        ("trees", trees, tables.TREES),
        # The last, so that a run that is named in it is there as a whole.
        ("runs", [account], tables.RUNS),
    ]:
        _write(spark, store, name, run, rows, schema)
    number = len({row["family"] for row in members})
    print(f"run {run}: {len(edges)} edges, {number} families, {len(drawn)} drawn, "
          f"{failures} failures", flush=True)  # fmt: skip
    spark.stop()
    return 2 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", required=True, help="shellcheck-model, where executors have it")
    parser.add_argument("--into", required=True, help="the folder of fingerprint.py")
    parser.add_argument("--master", help="Spark's master (default: spark-submit's, or local)")
    parser.add_argument("--keep", type=int, default=48, help="candidates per model")
    parser.add_argument("--chance", type=float, default=0.1,
                        help="strangers among them, per model and kind")  # fmt: skip
    parser.add_argument("--exact", type=int, default=1_000_000,
                        help="vectors of a space up to which all pairs are looked at")  # fmt: skip
    parser.add_argument("--tables", type=int, default=32, help="of buckets, in larger spaces")
    parser.add_argument("--bits", type=int, default=14, help="of a bucket's code")
    parser.add_argument("--tree-limit", type=int, default=64, help="members of a drawn family")
    parser.add_argument("--attempts", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=3600, help="seconds per comparison")
    parser.add_argument("--threads", type=int, default=1, help="of the tool; = spark.task.cpus")
    return parser.parse_args()


def _pairs(
    spark: SparkSession, options: argparse.Namespace, newest: DataFrame, models: list[Model]
) -> list[Row]:
    numbers = [(number, model.location) for number, model in enumerate(models)]
    numbered = spark.createDataFrame(numbers, "number int, location string")
    looked = candidates.Options(
        exact=options.exact,
        chance=options.chance,
        keep=options.keep,
        buckets=Buckets(options.tables, options.bits),
    )
    return candidates.candidates(spark, numbered.join(newest, "location"), looked).collect()


def _verdicts(
    spark: SparkSession, store: Store, run: int, comparer: Comparer, batches: list[list[Task]]
) -> list[Row]:
    if not batches:
        return []
    compared = spark.sparkContext.parallelize(batches, len(batches)).flatMap(comparer.verdicts)
    staging = store.place("staging", f"verdicts={run}")
    spark.createDataFrame(compared, tables.VERDICTS).write.mode("overwrite").parquet(staging)
    rows = spark.read.schema(tables.VERDICTS).parquet(staging).collect()
    remove(spark, staging)
    return rows


def _trees(spark: SparkSession, comparer: Comparer, drawn: list[tuple[int, list[Model]]]) -> Rows:
    if not drawn:
        return []
    parts = spark.sparkContext.parallelize(drawn, len(drawn))
    return parts.flatMap(lambda family: comparer.tree(*family)).collect()


def _write(
    spark: SparkSession, store: Store, name: str, run: int, rows: Rows, schema: StructType
) -> None:
    place = store.place(name, f"run={run}")
    parts = 1 + len(rows) // 100_000
    spark.createDataFrame(rows, schema).coalesce(parts).write.mode("overwrite").parquet(place)


def _next_run(spark: SparkSession, store: Store) -> int:
    last = tables.rows(spark, store.place("runs"), tables.RUNS).agg(f.max("run")).first()
    return 1 + ((last[0] if last else None) or 0)


def _known(spark: SparkSession, store: Store) -> dict[str, Row]:
    """Verdicts of earlier runs that did not fail, by their inputs."""
    rows = tables.rows(spark, store.place("verdicts"), tables.VERDICTS)
    columns = [field.name for field in tables.VERDICTS]
    return {
        row.inputs: row
        for row in rows.filter(f.col("failure").isNull()).orderBy("run").select(*columns).collect()
    }


if __name__ == "__main__":
    sys.exit(main())
