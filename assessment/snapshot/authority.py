"""Authority in money: the ceiling of a ladder, from what the document says of its steps and from nothing else.

So it tells nobody more than the steps do: not who answered several of them how, and not a share that is a bound.
"""

from collections.abc import Sequence

from assessment.snapshot.figures import PROTECTS_ANOTHER, Json
from assessment.stats import ladder

WHERE = {ladder.Outside.BELOW: "below_first", ladder.Outside.BEYOND: "beyond_last"}


def ceiling(steps: Sequence[Json], amounts: Sequence[int]) -> Json:
    """Of one panel; not stated beside a step whose share is a bound, which is taken for its end."""
    missing = next((step for step in steps if "status" in step), None)
    if missing is not None:
        return {"status": missing["status"]}
    found = ladder.ceiling(
        [_taken_for(step["share"]) for step in steps], [step["n"] for step in steps], amounts
    )
    if any(not isinstance(steps[place]["share"], float) for place in found.beside):
        return PROTECTS_ANOTHER
    return {
        "amount": _amount(found.amount),
        "interval": [_amount(end) for end in found.interval],
        "where": WHERE[found.amount] if isinstance(found.amount, ladder.Outside) else "between",
    }


def _taken_for(share: float | Json) -> float:
    """The share, or where only a bound is stated the bound."""
    if isinstance(share, float):
        return share
    (end,) = share.values()
    return float(end)


def _amount(stake: ladder.Stake) -> float | None:
    return None if isinstance(stake, ladder.Outside) else float(stake)
