"""Questions without a score, compared between the panels: scenarios, obstacles, escalation."""

from dataclasses import dataclass

from assessment.stats.sample import Options
from assessment.stats.shares import Share, ShareDifference, difference, share


@dataclass(frozen=True)
class OptionGap:
    """One option in both panels; `difference` is executive minus frontline.

    `unseen` marks what the front line names and no executive does, where executives answered at all.
    """

    option: int
    executive: Share
    frontline: Share
    difference: ShareDifference
    unseen: bool


def compare(executive: Options, frontline: Options, *, level: float = 0.95) -> tuple[OptionGap, ...]:
    """Shares of each option, of those who chose anything.

    Parameters
    ----------
    executive, frontline
        Answers to the same question; "don't know" and no answer are not part of the shares.

    Returns
    -------
    tuple of OptionGap
        In option order: Wilson shares, Newcombe's interval and the score test for the difference.

    Raises
    ------
    ValueError
        Where the panels have different options.
    """
    if len(executive.counts) != len(frontline.counts):
        raise ValueError("Both panels need the same options.")
    pairs = list(zip(executive.counts, frontline.counts, strict=True))
    n, m = executive.answered, frontline.answered
    differences = [difference((a, n), (b, m), level=level) for a, b in pairs]
    return tuple(
        OptionGap(
            option=option,
            executive=share(a, n, level=level),
            frontline=share(b, m, level=level),
            difference=differences[option - 1],
            unseen=n > 0 and a == 0 and b > 0,
        )
        for option, (a, b) in enumerate(pairs, start=1)
    )
