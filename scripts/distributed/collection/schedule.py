"""Which models go together, and in which order."""

from .locations import Location


def batches(locations: list[Location], most_bytes: int, most_models: int) -> list[list[Location]]:
    """Models in batches, the largest first: so no long one is left over when the others are done.

    A model larger than `most_bytes`, or of a size that nobody knows, is a batch by itself; smaller
    ones share the second that a task costs.
    """
    unknown = [location for location in locations if location.size is None]
    known = [location for location in locations if location.size is not None]
    known.sort(key=lambda location: (-(location.size or 0), location.text))
    found: list[list[Location]] = [[location] for location in unknown]
    used = most_bytes
    for location in known:
        size = location.size or 0
        if used + size > most_bytes or len(found[-1]) >= most_models:
            found.append([])
            used = 0
        found[-1].append(location)
        used += size
    return found
