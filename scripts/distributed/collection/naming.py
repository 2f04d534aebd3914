"""What models are called, whom their cards name, and what is to be compared."""

import hashlib
import re
from collections import Counter, defaultdict

from pyspark.sql import Row

from . import screening
from .comparing import Model, Task


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


def declared_pairs(models: list[Model], every: list[Row]) -> dict[int, set[int]]:
    """Which models the cards of others name, by their numbers: whole names, else last parts.

    `every` has the models that are twins of one of `models` as well, under their own names.
    """
    numbers = {model.digest: number for number, model in enumerate(models)}
    by_name: defaultdict[str, set[int]] = defaultdict(set)
    for row in every:
        name = row.name.lower()
        by_name[name].add(numbers[row.digest])
        by_name[name.rsplit("/", 1)[-1]].add(numbers[row.digest])
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
        # Digests alone do not do: equal weights may be there with and without a tokenizer.
        parts = [version, *model.declared]
        parts += ["\0".join([one.id, one.location, one.key, one.digest]) for one in
                  (model, *against)]  # fmt: skip
        inputs = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        made.append(Task(model, against, inputs))
    return made


def batches(models: list[Model], todo: list[Task], pairs: list[Row]) -> list[list[Task]]:
    """Tasks of one family together, as long as a batch has no more than 256 comparisons."""
    group = screening.components(len(models), [(pair.first, pair.second) for pair in pairs])
    numbers = {model.key: number for number, model in enumerate(models)}
    todo = sorted(todo, key=lambda task: (group[numbers[task.model.key]], task.model.digest))
    made: list[list[Task]] = []
    used = 0
    for task in todo:
        if not made or used + len(task.others) > 256:
            made.append([])
            used = 0
        made[-1].append(task)
        used += len(task.others)
    return sorted(made, key=lambda batch: -sum(len(task.others) for task in batch))
