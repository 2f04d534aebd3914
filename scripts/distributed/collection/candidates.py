"""Candidate pairs of a whole collection, found on Spark.

What makes a pair a candidate: tensors of equal bytes, a card that names the other, or a screening
vector (sketches, embeddings, circuits, single layers) that is nearer than strangers' are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyspark.rdd import RDD
from pyspark.sql import DataFrame, Row, SparkSession, Window
from pyspark.sql import functions as f

from . import screening
from .screening import Buckets, Hit, Limits

# Rows of a strip: a task takes two, of 32 MB each at 1024 dimensions.
STRIP = 32_768
# Models that hold one tensor and are compared all with all; of more, each with the first few.
HOLDERS = 32
_SAMPLE = 512

# Number of a model, kind of evidence, number of the other, standardised strength.
Candidate = tuple[int, int, str, float]


@dataclass(frozen=True)
class Options:
    """How candidates are looked for.

    Spaces of up to `exact` vectors are gone through pair by pair, larger ones by `buckets`.
    """

    exact: int
    chance: float
    keep: int
    buckets: Buckets


def candidates(spark: SparkSession, models: DataFrame, options: Options) -> DataFrame:
    """The pairs worth comparing: columns first < second, kinds, strength.

    `models` has the columns of the table of models, and `number`.
    """
    vectors = _vectors(models).persist()
    sizes = vectors.groupBy("space").agg(
        f.count("*").alias("vectors"), f.countDistinct("number").alias("models")
    )
    spaces = {row.space: row for row in sizes.collect()}
    counts = {space: row.vectors for space, row in spaces.items()}
    nulls = _nulls(vectors, spaces, options)
    rdd = vectors.rdd.map(lambda row: (row.space, row.number, bytes(row.vector)))
    small = {space for space, count in counts.items() if count <= options.exact}
    found: list[RDD[Candidate]] = [
        _exact(rdd.filter(lambda row: row[0] in small), counts, nulls),
        _bucketed(rdd.filter(lambda row: row[0] not in small), nulls, options),
        _holders(models),
    ]
    columns = "first int, second int, kind string, strength double"
    hits = spark.createDataFrame(spark.sparkContext.union(found), columns)
    pairs = hits.groupBy("first", "second").agg(
        f.sort_array(f.collect_set("kind")).alias("kinds"), f.max("strength").alias("strength")
    )
    # Of each model its strongest, on whichever side of a pair it stands.
    mine = pairs.select("*", f.col("first").alias("model"))
    both = mine.union(pairs.select("*", f.col("second").alias("model")))
    order = Window.partitionBy("model").orderBy(f.desc("strength"), "first", "second")
    ranked = both.withColumn("rank", f.row_number().over(order))
    return ranked.filter(f.col("rank") <= options.keep).drop("model", "rank").distinct()


def _vectors(models: DataFrame) -> DataFrame:
    """One row per vector: space, number, vector."""

    def part(kind: str, place: Any, vector: Any) -> DataFrame:
        space = f.concat_ws(" ", f.lit(kind), place)
        table = models.select(space.alias("space"), "number", vector.alias("vector"))
        return table.filter(f.octet_length("vector") > 0)

    frame = f.when(f.col("frame") == "tokenIDs", "by id").otherwise("by token")
    return (
        part("sketches", f.col("width"), f.col("linear"))
        .union(part("embeddings", f.col("width"), f.col("tokens")))
        .union(part("circuits", frame, f.col("circuits")))
        .union(part("layers", f.col("width"), f.explode("layers")))
    )


def _nulls(vectors: DataFrame, spaces: dict[str, Row], options: Options) -> dict[str, Limits]:
    sample: defaultdict[str, list[bytes]] = defaultdict(list)
    sizes = f.broadcast(vectors.groupBy("space").count())
    draw = f.pmod(f.xxhash64("space", "number", "vector"), f.lit(1 << 20)) / float(1 << 20)
    drawn = vectors.join(sizes, "space").filter(draw * f.col("count") < _SAMPLE)
    for row in drawn.select("space", "vector").collect():
        sample[row.space].append(bytes(row.vector))
    return {
        space: screening.limits(
            sorted(sample[space])[: 2 * _SAMPLE],
            spaces[space].vectors,
            # Of all layers of a model together no more than of its other vectors.
            options.chance * spaces[space].models / spaces[space].vectors,
            options.keep,
        )
        for space in sorted(sample)
        if len(sample[space]) > 1
    }


def _name(space: str) -> str:
    return space.split(" ")[0]


def _candidates(space: str, hits: Iterable[Hit]) -> Iterator[Candidate]:
    return ((hit.first, hit.second, _name(space), hit.z) for hit in hits)


def _exact(
    rows: "RDD[tuple[str, int, bytes]]", counts: dict[str, int], nulls: dict[str, Limits]
) -> "RDD[Candidate]":
    """All pairs within each space, by pairs of strips."""
    strips = {space: -(-count // STRIP) for space, count in counts.items()}

    def scatter(row: tuple[str, int, bytes]) -> Iterator[Any]:
        space, number, vector = row
        own = number % strips[space]
        for other in range(strips[space]):
            yield (space, min(own, other), max(own, other)), (own, number, vector)

    def compare(group: tuple[tuple[str, int, int], Iterable[tuple[int, int, bytes]]]) -> Any:
        (space, low, high), members = group
        sides: dict[int, tuple[list[int], list[bytes]]] = {low: ([], []), high: ([], [])}
        for strip, number, vector in members:
            sides[strip][0].append(number)
            sides[strip][1].append(vector)
        if space not in nulls or not sides[low][0] or not sides[high][0]:
            return iter(())
        first, first_ids = screening.floats(sides[low][1]), np.array(sides[low][0])
        second, second_ids = first, first_ids
        if high != low:
            second, second_ids = screening.floats(sides[high][1]), np.array(sides[high][0])
        hits = screening.strip_hits(first, second, first_ids, second_ids, nulls[space])
        return _candidates(space, hits)

    return rows.flatMap(scatter).groupByKey().flatMap(compare)


def _bucketed(
    rows: "RDD[tuple[str, int, bytes]]", nulls: dict[str, Limits], options: Options
) -> "RDD[Candidate]":
    """The pairs that share a bucket, in any table."""

    def scatter(part: Iterable[tuple[str, int, bytes]]) -> Iterator[Any]:
        spaces: defaultdict[str, list[tuple[int, bytes]]] = defaultdict(list)
        for space, number, vector in part:
            spaces[space].append((number, vector))
        for space, members in spaces.items():
            codes = options.buckets.codes(screening.floats([vector for _, vector in members]))
            for (number, vector), own in zip(members, codes, strict=True):
                for table, code in enumerate(own):
                    yield (space, table, int(code)), (number, vector)

    def compare(group: tuple[tuple[str, int, int], Iterable[tuple[int, bytes]]]) -> Any:
        (space, _, _), members = group
        numbers, vectors = zip(*members, strict=True)
        if space not in nulls or len(numbers) < 2:
            return iter(())
        hits = screening.bucket_hits(list(vectors), list(numbers), nulls[space])
        return _candidates(space, hits)

    return rows.mapPartitions(scatter).groupByKey().flatMap(compare)


def _holders(models: DataFrame) -> "RDD[Candidate]":
    """Models that hold a tensor of equal bytes. Of many holders, each goes with the first few."""

    def pairs(group: tuple[int, Iterable[int]]) -> Iterator[tuple[tuple[int, int], float]]:
        numbers = sorted(set(group[1]))
        for position, second in enumerate(numbers):
            few = numbers[:position] if len(numbers) <= HOLDERS else numbers[: min(position, 4)]
            for first in few:
                yield (first, second), 1.0

    digests = models.select(f.explode("tensor_digests").alias("digest"), "number")
    held = digests.rdd.map(lambda row: (row.digest, row.number)).groupByKey().flatMap(pairs)
    # The strength of a hundred deviations: equal bytes go before all cosines.
    counted = held.reduceByKey(lambda a, b: a + b)
    return counted.map(lambda row: (*row[0], "bytes", 100.0 + row[1]))


def strongest(pairs: list[Any], keep: int, declared: dict[int, set[int]]) -> dict[int, list[int]]:
    """Of each model the `keep` strongest partners, and those that cards name on either side."""
    partners: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for pair in pairs:
        partners[pair.first].append((-pair.strength, pair.second))
        partners[pair.second].append((-pair.strength, pair.first))
    chosen = {
        model: {other for _, other in sorted(others)[:keep]} for model, others in partners.items()
    }
    for child, parents in declared.items():
        chosen.setdefault(child, set()).update(parents - {child})
    return {model: sorted(others) for model, others in sorted(chosen.items()) if others}
