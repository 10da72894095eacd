"""Which levels of a background question to publish."""

from collections.abc import Mapping
from math import log


def choose_levels(people: Mapping[int, int], total: int, k: int) -> frozenset[int]:
    """Publish as many levels of one question as possible.

    Every published level has at least k people, and the withheld levels together with those who gave
    no answer are nobody or at least k. Where they are too few, the smallest publishable level joins them,
    which is the least loss possible: it alone has k.

    Parameters
    ----------
    people : mapping of level to people
        Only levels that may be published.
    total : int
        Everybody who answered the statistic, with or without an answer to the question.
    k : int
        The minimum.
    """
    published = {level: count for level, count in people.items() if count >= k}
    if published and 0 < total - sum(published.values()) < k:
        del published[min(published, key=lambda level: (published[level], level))]
    return frozenset(published)


def information(people: Mapping[int, int], levels: frozenset[int], total: int) -> float:
    """Entropy in nats of the split a question's published levels (and the rest) make of `total` people."""
    parts = [people[level] for level in levels]
    shares = [part / total for part in [*parts, total - sum(parts)] if part]
    return -sum(share * log(share) for share in shares)
