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

The last run is the state of the collection. What has been compared with the same others is taken
from the run before.
"""

import argparse
import hashlib
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import StructField, StructType

from collection import candidates, fingerprint_file, locations, screening, session, tables, tool
from collection.hadoop import CopyFailed, Hadoop
from collection.screening import Buckets
from collection.store import Store, remove

# What makes two models a family.
SHARING = {"identical", "derived", "partial", "merged", "related"}
SILENT = {"no-evidence", "inconclusive"}


@dataclass(frozen=True)
class Model:
    """One of the models that have the same weights."""

    id: str
    key: str
    digest: str
    location: str
    declared: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """A model and those that it is held against."""

    model: Model
    others: tuple[Model, ...]
    inputs: str


@dataclass(frozen=True)
class Work:
    """What an executor needs to know to compare fingerprints."""

    tool: str
    store: Store
    attempts: int
    timeout: float
    threads: int

    def verdicts(self, tasks: list[Task]) -> Iterator[dict[str, Any]]:
        """The verdicts on models that have others in common: each file is fetched once."""
        models = {model.key: model for task in tasks for model in (task.model, *task.others)}
        with locations.scratch() as folder:
            try:
                paths = self._fetch(sorted(models), folder)
            except CopyFailed as error:
                yield from (_failed(task, str(error)) for task in tasks)
                return
            for task in tasks:
                yield self._verdict(task, paths, folder)

    def tree(self, family: int, members: list[Model]) -> list[dict[str, Any]]:
        """What `tree` draws of a family."""
        with locations.scratch() as folder:
            try:
                paths = self._fetch([model.key for model in members], folder)
            except CopyFailed as error:
                return [{"family": family, "failure": str(error)}]
            corpus = _corpus(os.path.join(folder, "corpus"), members, paths)
            run = self._run(["tree", "--ref", corpus, "--format", "json"], folder)
        if run.status != 0:
            return [{"family": family, "failure": run.message}]
        by_id = {model.id: model.location for model in members}
        return list(_tree_rows(family, json.loads(run.output), by_id))

    def _verdict(self, task: Task, paths: dict[str, str], folder: str) -> dict[str, Any]:
        corpus = _corpus(os.path.join(folder, task.model.key), task.others, paths)
        (subject,) = _links(os.path.join(folder, "subject", task.model.key), [task.model], paths)
        arguments = ["check", subject, "--ref", corpus, "--format", "json", "--fail-on", "none",
                     "--inconclusive", "pass"]  # fmt: skip
        run = self._run(arguments, folder)
        if run.status != 0:
            return _failed(task, run.message)
        return {**_verdict_row(task, json.loads(run.output)["reports"][0]),
                "seconds": run.seconds, "processor_seconds": run.processor_seconds}  # fmt: skip

    def _run(self, arguments: list[str], folder: str) -> tool.Run:
        arguments = [*arguments, "--no-cache", "--threads", str(self.threads)]
        for _ in range(self.attempts):
            run = tool.run(self.tool, arguments, folder, self.timeout)
            if not run.may_pass:
                break
        return run

    def _fetch(self, keys: list[str], folder: str) -> dict[str, str]:
        places = [self.store.place("fingerprints", key + fingerprint_file.SUFFIX) for key in keys]
        return dict(zip(keys, self.store.get(places, folder), strict=True))


def _links(folder: str, models: Any, paths: dict[str, str]) -> list[str]:
    """Links to fingerprints that are called what a corpus would call the models."""
    links = []
    for model in models:
        link = os.path.join(folder, model.id + fingerprint_file.SUFFIX)
        os.makedirs(os.path.dirname(link), exist_ok=True)
        os.symlink(os.path.abspath(paths[model.key]), link)
        links.append(link)
    return links


def _corpus(folder: str, models: Any, paths: dict[str, str]) -> str:
    _links(folder, models, paths)
    return folder


def _failed(task: Task, message: str) -> dict[str, Any]:
    return {
        "model": task.model.location,
        "key": task.model.key,
        "inputs": task.inputs,
        "compared": len(task.others),
        "edges": [],
        "pairs": [],
        "failure": message or "the tool gave no reason",
    }


def _verdict_row(task: Task, report: dict[str, Any]) -> dict[str, Any]:
    by_id = {model.id: model.location for model in task.others}

    def edge(parent: dict[str, Any]) -> dict[str, Any]:
        direction, change = parent["direction"], parent["modification"] or {}
        return {
            "parent": by_id[parent["reference"]],
            "relation": parent["relation"],
            "share": _real(change.get("derivedShare")),
            "log10P": _real(parent["log10P"]),
            "direction": direction["value"],
            "because": direction["because"],
            "via": by_id.get(direction["via"] or "", direction["via"]),
            "coefficient": _real(parent["coefficient"]),
            "change": _real(change.get("relativeChange")),
            "alternatives": [by_id.get(id, id) for id in parent["alternatives"]],
        }

    verdict = report["verdict"]
    return {
        "model": task.model.location,
        "key": task.model.key,
        "inputs": task.inputs,
        "compared": len(task.others),
        "relation": verdict["relation"],
        "log10P": _real(verdict["log10P"]),
        "summary": verdict["summary"],
        "edges": [edge(parent) for parent in report["parents"]],
        "pairs": [
            {
                "other": by_id[candidate["reference"]],
                "relation": candidate["relation"],
                "log10P": _real(candidate["log10P"]),
            }
            for candidate in report["candidates"]
            if candidate["relation"] not in SILENT
        ],
        "failure": None,
    }


def _real(value: Any) -> float | None:
    return None if value is None else float(value)


def _tree_rows(
    family: int, tree: dict[str, Any], by_id: dict[str, str]
) -> Iterator[dict[str, Any]]:
    def node(end: dict[str, Any]) -> str:
        return by_id[end["model"]] if "model" in end else f"(ancestor {end['ancestor']})"

    for drawn in tree["families"]:
        for edge in drawn["edges"]:
            later = edge.get("later") or {}
            yield {
                "family": family,
                "origin": node(edge["from"]),
                "target": node(edge["to"]),
                "kind": edge["kind"],
                "distance": _real(edge["distance"]),
                "coefficient": _real(edge.get("coefficient")),
                "excluded": edge.get("excluded", []),
                "later": node(edge[later["end"]]) if later else None,
                "trace": later.get("trace"),
                "failure": None,
            }


def named(rows: list[Row]) -> list[Model]:
    """Models with ids as a corpus has them: OWNER/NAME or a name, each once."""
    names = [re.sub(r"[^\w.\-/]|\.\.|^/|/$", "_", row.name)[:150] or "model" for row in rows]
    seen = Counter(name.lower() for name in names)
    return [
        Model(
            id=name if seen[name.lower()] == 1 else f"{name}~{row.key[:12]}",
            key=row.key,
            digest=row.digest,
            location=row.location,
            declared=tuple(row.declared),
        )
        for name, row in zip(names, rows, strict=True)
    ]


def declared_pairs(models: list[Model], named_by: list[set[str]]) -> dict[int, set[int]]:
    """Which models the cards of others name, by their numbers: whole ids, else last parts."""
    by_name: defaultdict[str, set[int]] = defaultdict(set)
    for number, names in enumerate(named_by):
        for name in names:
            by_name[name.lower()].add(number)
            by_name[name.lower().rsplit("/", 1)[-1]].add(number)
    found: dict[int, set[int]] = {}
    for number, model in enumerate(models):
        for name in model.declared:
            whole = name.lower()
            hits = by_name.get(whole) or by_name.get(whole.rsplit("/", 1)[-1], set())
            # A name that is everybody's names nobody.
            if 0 < len(hits - {number}) <= 8:
                found.setdefault(number, set()).update(hits - {number})
    return found


def tasks(models: list[Model], partners: dict[int, list[int]], version: str) -> list[Task]:
    """What is to be compared, with a digest of all that the outcome depends on."""
    made = []
    for number, others in partners.items():
        model = models[number]
        against = tuple(models[other] for other in others)
        parts = [version, model.digest, *model.declared]
        parts += [f"{other.id}\0{other.digest}\0{other.location}" for other in against]
        inputs = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        made.append(Task(model, against, inputs))
    return made


def write(spark: SparkSession, store: Store, name: str, run: int, rows: Any, schema: Any) -> None:
    """Writes a table of one run from rows or from a DataFrame, if there are any."""
    table = spark.createDataFrame(rows, schema) if isinstance(rows, list) else rows
    if not isinstance(rows, list) or rows:
        table.coalesce(8).write.mode("overwrite").parquet(store.place(name, f"run={run}"))


def main() -> int:
    """Exit status: 0; 2 if some comparison failed; 64 where there are no models."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", required=True, help="shellcheck-model, where executors have it")
    parser.add_argument("--into", required=True, help="the folder of fingerprint.py")
    parser.add_argument("--master", help="Spark's master (default: spark-submit's, or local)")
    parser.add_argument("--keep", type=int, default=48, help="candidates per model")
    parser.add_argument("--chance", type=float, default=0.1,
                        help="strangers among them, per model and kind")  # fmt: skip
    parser.add_argument("--exact", type=int, default=200_000,
                        help="vectors of a space up to which all pairs are looked at")  # fmt: skip
    parser.add_argument("--tables", type=int, default=32, help="of buckets, in larger spaces")
    parser.add_argument("--bits", type=int, default=14)
    parser.add_argument("--tree-limit", type=int, default=64, help="members of a drawn family")
    parser.add_argument("--attempts", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=3600, help="seconds per comparison")
    parser.add_argument("--threads", type=int, default=1, help="of the tool; = spark.task.cpus")
    options = parser.parse_args()
    spark = session.start("shellcheck-model lineage", options.master)
    store = Store(options.into, Hadoop(locations.hadoop_settings(spark), options.timeout))
    newest = tables.newest(spark, store.place("models"), tables.MODELS).persist()
    slim = newest.select("digest", "location", "name", "key", "declared").collect()
    if not slim:
        print("there are no models; run fingerprint.py first", file=sys.stderr)
        return 64
    slim.sort(key=lambda row: (row.digest, row.location))
    firsts = [row for i, row in enumerate(slim) if i == 0 or slim[i - 1].digest != row.digest]
    models = named(firsts)
    numbers = {model.digest: number for number, model in enumerate(models)}
    named_by: list[set[str]] = [set() for _ in models]
    for row in slim:
        named_by[numbers[row.digest]].add(row.name)
    print(f"{len(slim)} models, {len(models)} of different weights", flush=True)

    # Pairs.
    schema = "number int, location string"
    numbered = spark.createDataFrame(
        [(number, model.location) for number, model in enumerate(models)], schema
    ).join(newest, "location")
    looked = candidates.Options(
        exact=options.exact,
        chance=options.chance,
        keep=options.keep,
        buckets=Buckets(options.tables, options.bits),
        layer_buckets=Buckets(options.tables, 16),
    )
    pairs = candidates.candidates(spark, numbered, looked).collect()
    partners = candidates.strongest(pairs, options.keep, declared_pairs(models, named_by))
    jobs = tasks(models, partners, tool.run(options.tool, ["--version"], ".", 60).output.strip())
    known = _known(spark, store)
    todo = [job for job in jobs if job.inputs not in known]
    print(f"{len(pairs)} candidate pairs; {len(jobs)} models to compare, "
          f"{len(jobs) - len(todo)} of them as before", flush=True)  # fmt: skip

    # Verdicts.
    work = Work(options.tool, store, options.attempts, options.timeout, options.threads)
    run = 1 + max(
        (row.run for row in tables.rows(spark, store.place("verdicts"), tables.VERDICTS)
         .select("run").distinct().collect()), default=0)  # fmt: skip
    batches = _batches(models, todo, pairs)
    fresh = []
    if batches:
        compared = spark.sparkContext.parallelize(batches, len(batches)).flatMap(work.verdicts)
        staging = store.place("staging", f"verdicts={run}")
        spark.createDataFrame(compared, tables.VERDICTS).write.mode("overwrite").parquet(staging)
        fresh = spark.read.schema(tables.VERDICTS).parquet(staging).collect()
        remove(spark, staging)
    before = [known[job.inputs] for job in jobs if job.inputs in known]
    verdicts = sorted((row.asDict(recursive=True) for row in [*fresh, *before]),
                      key=lambda row: row["model"])  # fmt: skip

    # Tables.
    write(spark, store, "candidates", run, [
        (models[pair.first].location, models[pair.second].location, pair.kinds, pair.strength)
        for pair in sorted(pairs)
    ], "first string, second string, kinds array<string>, strength double")  # fmt: skip
    write(spark, store, "verdicts", run, verdicts, tables.VERDICTS)
    edges = [{"model": row["model"], **edge} for row in verdicts for edge in row["edges"]]
    edges += _twins(slim)
    write(spark, store, "edges", run, edges, _with_model(tables.EDGE))
    found = [{"model": row["model"], **pair} for row in verdicts for pair in row["pairs"]]
    write(spark, store, "pairs", run, found, _with_model(tables.PAIR))
    families = _families(slim, edges, found)
    write(spark, store, "families", run, families, tables.FAMILIES)
    drawn = _drawn(models, families, options.tree_limit)
    trees: list[Any] = []
    if drawn:
        trees = (
            spark.sparkContext.parallelize(drawn, len(drawn))
            .flatMap(lambda family: work.tree(*family))
            .collect()
        )
    write(spark, store, "trees", run, trees, tables.TREES)
    failures = sum(row["failure"] is not None for row in verdicts)
    failures += sum(row.get("failure") is not None for row in trees)
    members = Counter(row["family"] for row in families)
    print(f"run {run}: {len(edges)} edges, {len(members)} families, {len(drawn)} drawn, "
          f"{failures} failures", flush=True)  # fmt: skip
    spark.stop()
    return 2 if failures else 0


def _known(spark: SparkSession, store: Store) -> dict[str, Row]:
    """Verdicts of earlier runs that did not fail, by their inputs."""
    rows = tables.rows(spark, store.place("verdicts"), tables.VERDICTS)
    columns = [field.name for field in tables.VERDICTS]
    return {
        row.inputs: row
        for row in rows.filter(f.col("failure").isNull()).orderBy("run").select(*columns).collect()
    }


def _batches(models: list[Model], todo: list[Task], pairs: list[Row]) -> list[list[Task]]:
    """Tasks of one family together, as long as a batch has no more than 256 comparisons."""
    group = screening.components(len(models), [(pair.first, pair.second) for pair in pairs])
    numbers = {model.key: number for number, model in enumerate(models)}
    todo = sorted(todo, key=lambda task: (group[numbers[task.model.key]], task.model.digest))
    batches: list[list[Task]] = []
    used = 0
    for task in todo:
        if not batches or used + len(task.others) > 256:
            batches.append([])
            used = 0
        batches[-1].append(task)
        used += len(task.others)
    return sorted(batches, key=lambda batch: -sum(len(task.others) for task in batch))


def _twins(rows: list[Row]) -> list[dict[str, Any]]:
    """Edges between models whose digests are equal, to the first of them."""
    first: dict[str, str] = {}
    edges = []
    for row in rows:
        if first.setdefault(row.digest, row.location) != row.location:
            edges.append({
                "model": row.location, "parent": first[row.digest], "relation": "identical",
                "share": 1.0, "log10P": None, "direction": "undirected", "because": "none",
                "via": None, "coefficient": None, "change": 0.0, "alternatives": [],
            })  # fmt: skip
    return edges


def _families(
    rows: list[Row], edges: list[dict[str, Any]], pairs: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Models that share trained weights, directly or through each other; the largest first."""
    number = {row.location: index for index, row in enumerate(rows)}
    links = [(number[row["model"]], number[row["parent"]]) for row in edges
             if row["relation"] in SHARING]  # fmt: skip
    links += [(number[row["model"]], number[row["other"]]) for row in pairs
              if row["relation"] in SHARING]  # fmt: skip
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for index, root in enumerate(screening.components(len(rows), links)):
        groups[root].append(rows[index].location)
    kin = [sorted(members) for members in groups.values() if len(members) > 1]
    kin.sort(key=lambda members: (-len(members), members))
    return [
        {"family": family, "model": model, "members": len(members)}
        for family, members in enumerate(kin, start=1)
        for model in members
    ]


def _drawn(
    models: list[Model], families: list[dict[str, Any]], limit: int
) -> list[tuple[int, list[Model]]]:
    """The families that `tree` draws: of two different weights, and of as many as it compares."""
    by_location = {model.location: model for model in models}
    members: defaultdict[int, list[Model]] = defaultdict(list)
    for row in families:
        if row["model"] in by_location:
            members[row["family"]].append(by_location[row["model"]])
    return [(family, found) for family, found in members.items() if 2 <= len(found) <= limit]


def _with_model(schema: StructType) -> StructType:
    return StructType([StructField("model", tables.VERDICTS["model"].dataType), *schema.fields])


if __name__ == "__main__":
    sys.exit(main())
