#!/usr/bin/env python3
"""Measure screening on synthetic vectors: recall, memory and time per query, against brute force.

usage: recall.py [--counts 10000,100000,1000000] [--queries 50]

Among COUNT random vectors, children are made of some of them, at given cosines; each child is then
looked for as lineage.py looks for pairs: all vectors as matrix products ("exact"), and by buckets
of random hyperplanes. Found is a child whose parent is among its 48 strongest hits beyond the null
of COUNT strangers. Vectors of 1024 dimensions stand for models, of 128 for single layers. Prints
the rows of a Markdown table; times are the processor's.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from collection.fingerprint_file import Array
from collection.screening import Buckets, Limits, floats, limits
from collection.vectors import DIMENSIONS, LAYER_DIMENSIONS

COSINES = (0.9, 0.7, 0.5, 0.3, 0.2, 0.15)
KEEP = 48
CHANCE = 0.1
_TILE = 8192
_DEVIATION = 28


@dataclass(frozen=True)
class Collection:
    """Strangers `[n, d]` as signed bytes, children of some of them, and whose they are."""

    vectors: Array
    children: Array
    parents: Array
    limits: Limits


def collection(count: int, dimensions: int, queries: int) -> Collection:
    """Random vectors and `queries` children at each cosine."""
    random = np.random.default_rng([count, dimensions])
    vectors = np.empty((count, dimensions), np.int8)
    for start in range(0, count, _TILE):
        shape = vectors[start : start + _TILE].shape
        vectors[start : start + _TILE] = quantised(random.standard_normal(shape, np.float32))
    parents = random.choice(count, queries * len(COSINES), replace=False)
    cosine = np.repeat(COSINES, queries).astype(np.float32)[:, None]
    noise = random.standard_normal((len(parents), dimensions), np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    unit = vectors[parents].astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    children = quantised((cosine * unit + np.sqrt(1 - cosine**2) * noise) * dimensions**0.5)
    sample = [row.tobytes() for row in vectors[:512]]
    return Collection(vectors, children, parents, limits(sample, count, CHANCE, KEEP))


def quantised(rows: Array) -> Array:
    """Numbers of deviation 1 as the signed bytes of screening vectors."""
    return np.asarray(np.clip(np.rint(rows * _DEVIATION), -127, 127).astype(np.int8))


def units(rows: Array) -> Array:
    """Signed bytes as unit vectors."""
    return floats([row.tobytes() for row in rows])


def exact(data: Collection) -> Array:
    """For each child whether its parent is found among all vectors."""
    children = units(data.children)
    best: Array = np.full((len(children), KEEP), -1.0, np.float32)
    place: Array = np.zeros((len(children), KEEP), np.int64)
    for start in range(0, len(data.vectors), _TILE):
        cosines = children @ units(data.vectors[start : start + _TILE]).T
        few = np.argpartition(-cosines, KEEP, axis=1)[:, :KEEP] if cosines.shape[1] > KEEP else (
            np.tile(np.arange(cosines.shape[1]), (len(children), 1)))  # fmt: skip
        best = np.hstack([best, np.take_along_axis(cosines, few, axis=1)])
        place = np.hstack([place, few + start])
        order = np.argsort(-best, axis=1)[:, :KEEP]
        best, place = (np.take_along_axis(part, order, axis=1) for part in (best, place))
    hit = (best >= data.limits.z * data.limits.deviation) & (place == data.parents[:, None])
    return np.asarray(hit.any(axis=1))


class Index:
    """Buckets of vectors: of each table its codes in order, and whose they are."""

    def __init__(self, data: Collection, buckets: Buckets) -> None:
        self.data, self.buckets = data, buckets
        codes = np.empty((len(data.vectors), buckets.tables), np.int32)
        for start in range(0, len(codes), _TILE):
            codes[start : start + _TILE] = buckets.codes(units(data.vectors[start : start + _TILE]))
        self.order = np.argsort(codes, axis=0, kind="stable").astype(np.int32).T.copy()
        self.codes = np.stack([codes[own, t] for t, own in enumerate(self.order)])

    @property
    def megabytes(self) -> float:
        """What the buckets take beside the vectors."""
        return (self.order.nbytes + self.codes.nbytes) / 1e6

    def find(self, tables: int) -> tuple[Array, float]:
        """For each child whether its parent is found; how many vectors it is held against."""
        children, found, looked = units(self.data.children), [], 0
        codes = self.buckets.codes(children)[:, :tables]
        for child, own, parent in zip(children, codes, self.data.parents, strict=True):
            members = np.unique(np.concatenate(list(self._members(own))))
            looked += len(members)
            cosines = units(self.data.vectors[members]) @ child if len(members) else members
            strong = members[cosines >= self.data.limits.z * self.data.limits.deviation]
            found.append(parent in strong)
        return np.array(found), looked / len(children)

    def _members(self, codes: Array) -> Iterator[Array]:
        for table, code in enumerate(codes):
            low, high = np.searchsorted(self.codes[table], [code, code + 1])
            yield self.order[table, low:high]


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """A result and the processor seconds that it took."""
    start = time.process_time()
    return work(), time.process_time() - start


def row(what: list[object], found: Array, queries: int) -> None:
    """Prints a row: what was done, and the share of children found at each cosine."""
    shares = found.reshape(len(COSINES), queries).mean(axis=1)
    print("| " + " | ".join([*map(str, what), *(f"{share:.2f}" for share in shares)]) + " |",
          flush=True)  # fmt: skip


def measure(count: int, dimensions: int, bits: int, tables: list[int], queries: int) -> None:
    """Prints the rows of one collection."""
    data = collection(count, dimensions, queries)
    children, size = len(data.children), data.vectors.nbytes / 1e6
    label = [dimensions, f"{count:,}".replace(",", " ")]
    found, seconds = timed(lambda: exact(data))
    assert isinstance(found, np.ndarray)
    row([*label, "exact", f"{size:.0f}", "0.0", f"{1000 * seconds / children:.2f}",
         f"{count}", f"{data.limits.z * data.limits.deviation:.2f}"], found, queries)  # fmt: skip
    buckets = Buckets(max(tables), bits)
    index, building = timed(lambda: Index(data, buckets))
    assert isinstance(index, Index)
    for number in tables:
        result, seconds = timed(lambda number=number: index.find(number))  # type: ignore[misc]
        assert isinstance(result, tuple)
        share = number / max(tables)
        row([*label, f"{number} × {bits} bits", f"{size + share * index.megabytes:.0f}",
             f"{1e6 * share * building / count:.1f}", f"{1000 * seconds / children:.2f}",
             f"{result[1]:.0f}", f"{data.limits.z * data.limits.deviation:.2f}"],
            result[0], queries)  # fmt: skip


def main() -> int:
    """Exit status: 0."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--counts", default="10000,100000,1000000")
    parser.add_argument("--queries", type=int, default=50, help="children at each cosine")
    options = parser.parse_args()
    heads = ["dimensions", "vectors", "by", "MB", "build, µs each", "query, ms", "looked at",
             "least cosine", *(f"{cosine:g}" for cosine in COSINES)]  # fmt: skip
    print("| " + " | ".join(heads) + " |\n|" + "---:|" * len(heads))
    for count in map(int, options.counts.split(",")):
        bits = max(4, round(np.log2(count)) - 6)
        for dimensions in (DIMENSIONS, LAYER_DIMENSIONS):
            measure(count, dimensions, bits, [32, 128], options.queries)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\nPeak memory {peak:.1f} GB.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
