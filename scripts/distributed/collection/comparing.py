"""Compares fingerprints with the tool: one verdict per model, one tree per family."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import fingerprint_file, locations, tool
from .hadoop import CopyFailed
from .store import Store
from .tool import Run

_SILENT = {"no-evidence", "inconclusive"}


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
class Comparer:
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

    def _run(self, arguments: list[str], folder: str) -> Run:
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
            if candidate["relation"] not in _SILENT
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
