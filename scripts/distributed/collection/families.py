"""Families: models that share trained weights, directly or through each other."""

from collections import defaultdict
from typing import Any

from pyspark.sql import Row

from . import screening
from .comparing import Model

_SHARING = {"identical", "derived", "partial", "merged", "related"}


def twins(rows: list[Row]) -> list[dict[str, Any]]:
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


def families(
    rows: list[Row], edges: list[dict[str, Any]], pairs: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Models that share trained weights, directly or through each other; the largest first."""
    number = {row.location: index for index, row in enumerate(rows)}
    links = [(number[row["model"]], number[row["parent"]]) for row in edges
             if row["relation"] in _SHARING]  # fmt: skip
    links += [(number[row["model"]], number[row["other"]]) for row in pairs
              if row["relation"] in _SHARING]  # fmt: skip
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


def drawn(
    models: list[Model], found: list[dict[str, Any]], limit: int
) -> list[tuple[int, list[Model]]]:
    """The families that `tree` draws: of two different weights, and of as many as it compares."""
    by_location = {model.location: model for model in models}
    members: defaultdict[int, list[Model]] = defaultdict(list)
    for row in found:
        if row["model"] in by_location:
            members[row["family"]].append(by_location[row["model"]])
    return [(family, kin) for family, kin in members.items() if 2 <= len(kin) <= limit]
