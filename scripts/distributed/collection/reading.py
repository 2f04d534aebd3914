"""Fingerprints models with the tool, whatever happens to it: an outcome for each of them."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyspark import TaskContext

from . import fingerprint_file, locations, tool
from .hadoop import CopyFailed
from .locations import Location
from .store import Store
from .tool import Run
from .vectors import vectors

Row = dict[str, Any]


@dataclass(frozen=True)
class Reader:
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
        arguments = ["fingerprint", "--output", path, "--id", locations.name(location.text),
                     "--threads", str(self.threads), "--no-cache", "--", source]  # fmt: skip
        for attempt in range(1, self.attempts + 1):
            run = tool.run(self.tool, arguments, folder, self.timeout)
            if run.status == 0:
                outcome = self._describe(location, path, run)
                if outcome["model"] is not None:
                    self.store.put(path, place)
                return outcome
            if not run.may_pass:
                # What is not on a hub today may be there tomorrow, and nothing else shows it.
                lasting = not (locations.is_hub(location.text) and run.code == "notFound")
                return self._failure(location, "unreadable", run.message, attempt, lasting)
            time.sleep(min(attempt, 10))
        kind = "unreadable" if run.status > 0 else "killed"
        return self._failure(location, kind, run.message, self.attempts, lasting=False)

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

    def _describe(self, location: Location, path: str, run: Run | None) -> Row:
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
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
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
