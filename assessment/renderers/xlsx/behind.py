"""Sheets of what stands behind the story: reliability, agreement, and means computed otherwise."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessment.renderers import telling
from assessment.renderers.telling import PANELS
from assessment.renderers.xlsx import cells
from assessment.renderers.xlsx.book import NUMBER, Entry, Kind, Rows, Sheet
from assessment.report import Careful, Report, Weighted, Withheld


def reliability(report: Report) -> Sheet:
    measures = (_("n"), _("alpha"), _("low"), _("high"), _("omega"))
    heads = [
        _("Dimension"),
        *(f"{name}: {measure}" for name in map(telling.panel_name, PANELS) for measure in measures),
    ]
    rows: Rows = []
    for one in report.dimensions:
        row = [Entry(one.title, Kind.STRONG)]
        for panel in PANELS:
            found = one.reliability[panel]
            if isinstance(found, Withheld):
                row += [cells.why(found), *[cells.NOTHING] * 4]
                continue
            ends = cells.interval(found.alpha_interval, Kind.COEFFICIENT)
            alpha, omega = (Entry(value, Kind.COEFFICIENT) for value in (found.alpha, found.omega))
            row += [Entry(found.n, Kind.COUNT), alpha, *ends, omega]
        rows.append(row)
    rows += [[], *_agreement(report)]
    return Sheet(_("Reliability"), heads, rows, (30, *[NUMBER] * 10))


def _agreement(report: Report) -> Iterator[list[Entry]]:
    """How much executives agree with each other, and how much units differ."""
    within = (("rwg", _("agreement r_wg")), ("ad", _("deviation AD")))
    between = (("icc1", "ICC(1)"), ("icc2", "ICC(2)"))
    for title, found, measures in (
        (_("Executives among each other"), report.executive_agreement, within),
        (_("Do units differ?"), report.unit_differences, between),
    ):
        yield [Entry(title, Kind.HEAD), *(Entry(name, Kind.HEAD) for _key, name in measures)]
        for one in report.dimensions:
            label, measured = Entry(one.title, Kind.STRONG), found.get(one.id, Withheld("not_asked"))
            if isinstance(measured, Withheld):
                yield [label, cells.why(measured)]
            else:
                values = (getattr(measured, key) for key, _name in measures)
                yield [label, *(Entry(value, Kind.COEFFICIENT) for value in values)]


def beside(report: Report) -> Sheet:
    """The same means computed otherwise: weighted to head counts, and without answers that look careless."""
    heads = [
        _("Dimension"),
        _("Side"),
        _("How"),
        _("mean"),
        _("low"),
        _("high"),
        _("n"),
        _("What stands behind it"),
    ]
    rows: Rows = []
    for one in report.dimensions:
        label = Entry(one.title, Kind.STRONG)
        weighted = report.weighted.get(one.id)
        if weighted is not None:
            how = [label, Entry(telling.panel_name(PANELS[0])), Entry(_("weighted to head counts"))]
            rows.append([*how, *_weighted(weighted)])
        for panel in PANELS:
            careful = report.careful.get(panel, {}).get(one.id)
            if careful is not None:
                how = [
                    label,
                    Entry(telling.panel_name(panel)),
                    Entry(_("without answers that look careless")),
                ]
                rows.append([*how, *_careful(careful)])
    return Sheet(_("Computed otherwise"), heads, rows, (18, 14, 34, *[NUMBER] * 4, 60), frozen=3)


def _weighted(found: Weighted | Withheld) -> list[Entry]:
    if isinstance(found, Withheld):
        return [cells.why(found)]
    about = telling.weighting(found)
    ends = cells.interval(found.interval, Kind.SCORE)
    return [cells.bound(found.mean, Kind.SCORE), *ends, Entry(found.n, Kind.COUNT), Entry(about)]


def _careful(found: Careful | Withheld) -> list[Entry]:
    if isinstance(found, Withheld):
        return [cells.why(found)]
    about = telling.set_aside(found)
    empty = [cells.NOTHING] * 2
    return [cells.bound(found.mean, Kind.SCORE), *empty, Entry(found.n, Kind.COUNT), Entry(about)]
