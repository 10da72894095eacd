"""What stands beside the main numbers: changes, and whether the answers can be trusted. Tables of words and numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment import wording
from assessment.renderers import finding
from assessment.renderers.saying import (
    GapSaid,
    Said,
    count,
    interval_said,
    people,
    said_estimate,
    said_gap,
    said_reliability,
    score,
)
from assessment.report import (
    PANELS,
    Agreement,
    Careful,
    Change,
    Dimension,
    Estimate,
    Gap,
    Number,
    Reliability,
    Report,
    UnitDifferences,
    Weighted,
    Withheld,
)

NOT_KNOWN = Withheld("nothing_to_compare")


@dataclass(frozen=True)
class Table:
    """Row titles, column titles and what stands in the cells. `read`: the measure that explains it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[Said, ...]], ...]
    read: str = ""


@dataclass(frozen=True)
class Moved:
    """One number of this wave against the wave before."""

    title: str
    gap: GapSaid
    sentence: str


@dataclass(frozen=True)
class ChangeSaid:
    wave: str
    headline: Moved
    rows: tuple[tuple[str, tuple[Moved, ...]], ...]


def changes(report: Report) -> ChangeSaid | None:
    if report.change is None:
        return None
    now = {dimension.id: dimension.pair.gap for dimension in report.dimensions}
    return ChangeSaid(
        report.change.since,
        _moved(_("Empowerment gap"), "gap", report.change.headline, report.change, report.headline),
        tuple(
            (
                one.title,
                (
                    _moved(str(wording.PANEL_NAMES["frontline"]), "frontline", one.frontline, report.change),
                    _moved(str(wording.PANEL_NAMES["executive"]), "executive", one.executive, report.change),
                    _moved(_("Gap"), "gap", one.gap, report.change, now.get(one.id)),
                ),
            )
            for one in report.change.dimensions
        ),
    )


def _moved(
    title: str, what: str, found: Gap | Withheld, since: Change, now: Gap | Withheld | None = None
) -> Moved:
    return Moved(title, said_gap(found), finding.change(what, found, since.since, now))


def quality(report: Report) -> Iterable[Table]:
    """In the order in which doubts come: who answered, how, alike, and to what."""
    if any(isinstance(found, Weighted) for found in report.weighted.values()):
        yield weighted(report)
    for panel, found in report.careful.items():
        if any(isinstance(one, Careful) for one in found.values()):
            yield careless(report, panel, found)
    if report.executive_agreement:
        yield agreement(report)
    if report.unit_differences:
        yield between(report)
    yield reliability(report.dimensions)


def weighted(report: Report) -> Table:
    heads = (_("As answered"), _("Weighted to head counts"), _("Difference"), _("Design effect"))
    rows = []
    for one in report.dimensions:
        found = report.weighted.get(one.id, NOT_KNOWN)
        plain = said_estimate(one.pair.frontline)
        if isinstance(found, Withheld):
            why = Said(withheld=wording.why_withheld(found))
            rows.append((one.title, 0, (plain, why, why, why)))
            continue
        rows.append((one.title, 0, (plain, _weighted(found), _apart(one, found.mean), _effect(found))))
    return Table(_("Did uneven response matter?"), heads, tuple(rows), "weighted")


def _weighted(found: Weighted) -> Said:
    parts = [people(found.n)]
    if found.interval:
        parts.append(interval_said(*map(wording.one_decimal, found.interval)))
    parts.append(_("%(share)s of all people covered") % {"share": wording.whole_percent(found.covered)})
    return Said(score(found.mean), short=", ".join(parts))


def _effect(found: Weighted) -> Said:
    effective = _("as sure as %(number)s equal answers") % {"number": count(round(found.effective_n))}
    return Said(wording.decimals(found.design_effect, 2), short=effective)


def _apart(one: Dimension, other: Number) -> Said:
    if isinstance(one.pair.frontline, Withheld):
        return Said(withheld=wording.why_withheld(one.pair.frontline))
    moved = finding.apart(one.pair.frontline.mean, other)
    return Said(_("not computed from a bound")) if moved is None else Said(wording.signed(moved))


def careless(report: Report, panel: str, found: Mapping[str, Careful | Withheld]) -> Table:
    heads = (_("Everybody"), _("Without careless answers"), _("Difference"))
    rows = []
    for one in report.dimensions:
        everybody = one.pair.frontline if panel == "frontline" else one.pair.executive
        rows.append(
            (one.title, 0, (said_estimate(everybody), *_careful(everybody, found.get(one.id, NOT_KNOWN))))
        )
    title = _("Did careless answers matter? %(panel)s") % {"panel": wording.PANEL_NAMES[panel]}
    return Table(title, heads, tuple(rows), "careless")


def _careful(everybody: Estimate | Withheld, found: Careful | Withheld) -> tuple[Said, Said]:
    if isinstance(found, Withheld):
        why = Said(withheld=wording.why_withheld(found))
        return why, why
    aside = _("%(answers)s, %(number)s set aside") % {
        "answers": people(found.n),
        "number": count(found.set_aside),
    }
    moved = None if isinstance(everybody, Withheld) else finding.apart(everybody.mean, found.mean)
    far = Said(_("not computed from a bound")) if moved is None else Said(wording.signed(moved))
    return Said(score(found.mean), short=aside), far


def agreement(report: Report) -> Table:
    rows = [
        (one.title, 0, _agreement(report.executive_agreement.get(one.id, NOT_KNOWN)))
        for one in report.dimensions
    ]
    heads = (_("Agreement"), _("Average distance"), _("In words"))
    return Table(_("Do executives agree with each other?"), heads, tuple(rows), "agreement")


def _agreement(found: Agreement | Withheld) -> tuple[Said, ...]:
    if isinstance(found, Withheld):
        why = Said(withheld=wording.why_withheld(found))
        return why, why, why
    return _two(found.rwg), _two(found.ad), Said(short=finding.agreement(found))


def between(report: Report) -> Table:
    rows = [
        (one.title, 0, _between(report.unit_differences.get(one.id, NOT_KNOWN))) for one in report.dimensions
    ]
    heads = (_("Between groups"), _("Dependable averages"), _("In words"))
    return Table(_("Do groups differ from each other?"), heads, tuple(rows), "between")


def _between(found: UnitDifferences | Withheld) -> tuple[Said, ...]:
    if isinstance(found, Withheld):
        why = Said(withheld=wording.why_withheld(found))
        return why, why, why
    return _two(found.icc1), _two(found.icc2), Said(short=finding.between_units(found))


def _two(value: float | None) -> Said:
    if value is None:
        return Said(withheld=_("Too few answers to say."))
    return Said(wording.decimals(value, 2))


def reliability(dimensions: Iterable[Dimension]) -> Table:
    rows = [
        (
            one.title,
            0,
            tuple(_reliable(one.reliability[panel]) for panel in PANELS),
        )
        for one in dimensions
    ]
    heads = tuple(str(wording.PANEL_NAMES[panel]) for panel in PANELS)
    title = _("Do the questions of a dimension belong together?")
    return Table(title, heads, tuple(rows), "reliability")


def _reliable(found: Reliability | Withheld) -> Said:
    said = said_reliability(found)
    if said.withheld:
        return said
    return Said(said.text, said.detail, short=f"{finding.reliability(found)} {said.short}")
