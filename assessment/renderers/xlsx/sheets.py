"""A sheet for each part of the report, in the order of the page."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessment import wording
from assessment.renderers import telling
from assessment.renderers.beginning import beginnings, method
from assessment.renderers.telling import PANELS
from assessment.renderers.xlsx import cells
from assessment.renderers.xlsx.behind import beside, reliability
from assessment.renderers.xlsx.book import NUMBER, Entry, Kind, Rows, Sheet
from assessment.report import Estimate, Gap, Report, Withheld

LABEL = 34


def sheets(report: Report) -> Iterator[Sheet]:
    yield summary(report)
    yield dimensions(report)
    if beginnings(report):
        yield first(report)
    yield questions(report)
    yield from distributions(report)
    if report.ladder:
        yield ladder(report)
    if report.obstacles:
        yield obstacles(report)
    if telling.choices(report):
        yield choices(report)
    if report.units:
        yield units(report)
    if report.cuts:
        yield groups(report)
    yield reliability(report)
    yield beside(report)
    if report.change:
        yield change(report)
    if report.comments:
        yield comments(report)
    yield withheld(report)
    yield reading()


def names() -> tuple[str, str]:
    frontline, executive = (telling.panel_name(panel) for panel in PANELS)
    return frontline, executive


def pair_heads() -> list[str]:
    measures = (_("n"), _("mean"), _("low"), _("high"), _("SD"), _("favourable"))
    sides = [f"{name}: {measure}" for name in names() for measure in measures]
    gap = [_("Gap"), _("Gap: low"), _("Gap: high"), _("Effect size"), _("Adjusted p"), _("Verdict")]
    return [*sides, *gap, _("Quadrant")]


def both_heads() -> list[str]:
    measures = (_("n"), _("share"), _("low"), _("high"))
    sides = [f"{name}: {measure}" for name in names() for measure in measures]
    return [*sides, _("Gap in points"), _("Gap: low"), _("Gap: high")]


def summary(report: Report) -> Sheet:
    rows: Rows = [
        [Entry(report.organization.name, Kind.TITLE)],
        [Entry(f"{_('Empowerment-gap report')}, {report.campaign.name}")],
        [Entry(telling.period(report))],
        [],
        [Entry(wording.headline(report.headline), Kind.STRONG)],
    ]
    if report.simulated:
        rows.insert(3, [Entry(telling.simulated(), Kind.WARNING)])
    if isinstance(report.headline, Gap):
        rows.append([Entry(wording.interval_in_words(report.headline))])
    labels = [_("Empowerment gap"), _("Low"), _("High"), _("Effect size"), _("Adjusted p"), _("Verdict")]
    rows += [
        [],
        *([Entry(label), entry] for label, entry in zip(labels, cells.gap(report.headline), strict=True)),
    ]
    heads = ("", _("Answered"), _("People asked"), _("Share of those asked"))
    rows += [[], [Entry(head, Kind.HEAD) for head in heads], *(_turnout(report, panel) for panel in PANELS)]
    if report.ladder:
        rows += [[], [Entry(telling.ladder_sentence(report, report.ladder))]]
    if telling.unseen_obstacles(report):
        rows.append([Entry(telling.unseen_obstacles(report))])
    return Sheet(_("Summary"), (), rows, (26, 14, 14, 20))


def _turnout(report: Report, panel: str) -> list[Entry]:
    name, found = Entry(telling.panel_name(panel), Kind.STRONG), report.participation[panel]
    if isinstance(found, Withheld):
        return [name, cells.why(found)]
    rate = Entry(found.rate, Kind.SHARE)
    return [name, Entry(found.answered, Kind.COUNT), Entry(found.headcount, Kind.COUNT), rate]


def dimensions(report: Report) -> Sheet:
    heads = [_("Dimension"), _("What it asks"), *pair_heads()]
    rows = [
        [Entry(one.title, Kind.STRONG), Entry(one.about), *cells.pair(one.pair)] for one in report.dimensions
    ]
    return Sheet(_("Dimensions"), heads, rows, (18, LABEL, *[NUMBER] * 18, 20), sections=["dimensions"])


def first(report: Report) -> Sheet:
    """What to do first, in the order of the page, with what the order rests on."""
    told = {one.item: one for one in report.priorities}
    titles = {one.id: one.title for one in report.dimensions}
    heads = [
        _("Order"),
        _("Question"),
        _("Dimension"),
        *(_("Gap"), _("Gap: low"), _("Gap: high"), _("Effect size"), _("Adjusted p"), _("Verdict")),
        *(_("Correlation with the outcome"), _("low"), _("high")),
    ]
    rows: Rows = []
    for place, item in enumerate((one.item for one in beginnings(report, len(report.items))), start=1):
        weight, ends = (
            (told[item.id].weight, told[item.id].weight_interval) if item.id in told else (None, None)
        )
        rows.append(
            [
                Entry(place, Kind.COUNT),
                Entry(item.label, Kind.STRONG),
                Entry(titles.get(item.dimension, item.dimension)),
                *cells.gap(item.pair.gap),
                Entry(weight, Kind.COEFFICIENT),
                *cells.interval(ends, Kind.COEFFICIENT),
            ]
        )
    rows += [[], [Entry(None), Entry(method(report), Kind.WRAPPED)]]
    widths = (8, 60, 18, *[NUMBER] * 5, 16, 14, NUMBER, NUMBER)
    return Sheet(_("What to do first"), heads, rows, widths, frozen=2, sections=["begin"])


def questions(report: Report) -> Sheet:
    titles = {one.id: one.title for one in report.dimensions}
    frontline, executive = names()
    asked = [_("Question"), _("Dimension"), f"{_('Wording')}: {frontline}", f"{_('Wording')}: {executive}"]
    unsure = [f"{_('Don’t know')}: {name}" for name in (frontline, executive)]  # noqa: RUF001  # as printed
    rows = [
        [
            Entry(one.label, Kind.STRONG),
            Entry(titles.get(one.dimension, one.dimension)),
            *(Entry(one.wording[panel], Kind.WRAPPED) for panel in PANELS),
            *cells.pair(one.pair),
            *(cells.unsure(one.dont_know[panel]) for panel in PANELS),
        ]
        for one in report.items_by_gap
    ]
    widths = (LABEL, 14, 44, 44, *[NUMBER] * 18, 20, NUMBER, NUMBER)
    return Sheet(_("Questions"), [*asked, *pair_heads(), *unsure], rows, widths, sections=["items"])


def distributions(report: Report) -> Iterator[Sheet]:
    """One sheet for each set of answer options."""
    for options in dict.fromkeys(one.options for one in report.items if one.options):
        heads = [_("Question"), *(f"{name}: {option}" for name in names() for option in options)]
        rows = [
            [
                Entry(one.label, Kind.STRONG),
                *(
                    entry
                    for panel in PANELS
                    for entry in cells.distribution(getattr(one.pair, panel), len(options))
                ),
            ]
            for one in report.items
            if one.options == options
        ]
        yield Sheet(_("Answers"), heads, rows, (LABEL, *[14] * (2 * len(options))))


def ladder(report: Report) -> Sheet:
    found = report.ladder
    if found is None:
        raise ValueError("The report has no ladder.")
    heads = [_("Cost (%(currency)s)") % {"currency": report.organization.currency}, *both_heads()]
    rows: Rows = [[Entry(step.amount, Kind.AMOUNT), *cells.both(step.both)] for step in found.steps]
    rows.append([])
    for panel in PANELS:
        ceiling = telling.ceiling(report, found, found.ceiling[panel])
        label = Entry(f"{_('Half would decide up to')}: {telling.panel_name(panel)}", Kind.STRONG)
        rows.append([label, Entry(ceiling.text or ceiling.withheld), Entry(ceiling.detail)])
    return Sheet(_("Who decides"), heads, rows, (44, *[NUMBER] * 11), sections=["ladder"])


def obstacles(report: Report) -> Sheet:
    said = {True: _("yes"), False: _("no"), None: None}
    rows = [
        [Entry(one.label, Kind.STRONG), *cells.both(one.both), Entry(said[one.blind_spot])]
        for one in telling.obstacles(report)
    ]
    return Sheet(
        _("Rules in the way"),
        [_("Kind of rule"), *both_heads(), _("Blind spot")],
        rows,
        (LABEL, *[NUMBER] * 12),
        sections=["obstacles"],
    )


def choices(report: Report) -> Sheet:
    def rows() -> Iterator[list[Entry]]:
        for choice in telling.choices(report):
            for option in choice.options:
                label = Entry(option.label[PANELS[0]])
                yield [Entry(choice.label, Kind.STRONG), label, *cells.both(option.both)]

    return Sheet(
        _("What happens next"),
        [_("Question"), _("Answer"), *both_heads()],
        rows(),
        (28, 42, *[NUMBER] * 11),
        sections=["choices", "soon"],
    )


def units(report: Report) -> Sheet:
    measures = (_("mean"), _("n"), _("low"), _("high"), _("gap"), _("gap: low"), _("gap: high"), _("verdict"))
    heads = [
        _("Unit"),
        _("Level"),
        *(f"{one.title}: {name}" for one in report.dimensions for name in measures),
    ]
    heat = [2 + place * len(measures) for place in range(len(report.dimensions))]

    def rows() -> Iterator[list[Entry]]:
        for unit in report.units:
            row = [
                Entry(unit.path, Kind.STRONG if unit.depth == 0 else Kind.TEXT),
                Entry(unit.depth + 1, Kind.COUNT),
            ]
            for one in report.dimensions:
                row += _lived(unit.frontline[one.id])
                apart = cells.gap(unit.gap[one.id]) if one.id in unit.gap else [cells.NOTHING] * 6
                row += [*apart[:3], apart[5]]
            yield row

    widths = (LABEL, 7, *[NUMBER] * (len(heads) - 2))
    return Sheet(_("Units"), heads, rows(), widths, heat=heat, sections=["where"])


def _lived(found: Estimate | Withheld) -> list[Entry]:
    n, mean, low, high, *_rest = cells.estimate(found)
    return [mean, n, low, high]


def groups(report: Report) -> Sheet:
    measures = (_("mean"), _("n"), _("low"), _("high"))
    heads = [
        _("Asked"),
        _("Group"),
        *(f"{one.title}: {name}" for one in report.dimensions for name in measures),
    ]
    rows = [
        [
            Entry(cut.title, Kind.STRONG),
            Entry(level.label),
            *(entry for one in report.dimensions for entry in _lived(level.frontline[one.id])),
        ]
        for cut in report.cuts
        for level in cut.levels
    ]
    heat = [2 + place * len(measures) for place in range(len(report.dimensions))]
    widths = (22, 26, *[NUMBER] * (len(heads) - 2))
    return Sheet(_("Groups"), heads, rows, widths, frozen=2, heat=heat, sections=["cuts"])


def change(report: Report) -> Sheet:
    found = report.change
    if found is None:
        raise ValueError("The report has no wave before.")
    gap = [_("Change"), _("Low"), _("High"), _("Effect size"), _("Adjusted p"), _("Verdict")]
    rows: Rows = [[Entry(_("Empowerment gap"), Kind.STRONG), Entry(_("Gap")), *cells.gap(found.headline)]]
    for one in found.dimensions:
        for panel in PANELS:
            name = Entry(telling.panel_name(panel))
            rows.append([Entry(one.title, Kind.STRONG), name, *cells.gap(getattr(one, panel))])
        rows.append([Entry(one.title, Kind.STRONG), Entry(_("Gap")), *cells.gap(one.gap)])
    title = _("Since %(wave)s") % {"wave": found.since}
    heads = [_("Dimension"), _("Side"), *gap]
    return Sheet(title, heads, rows, (20, 14, *[NUMBER] * 5, 16), frozen=2, sections=["change"])


def comments(report: Report) -> Sheet:
    rows = [
        [
            Entry(telling.panel_name(one["panel"])),
            Entry(one.get("theme", "")),
            Entry(one["text"], Kind.WRAPPED),
        ]
        for one in report.comments
    ]
    heads = [_("Side"), _("Theme"), _("Comment")]
    return Sheet(_("Comments"), heads, rows, (16, 20, 60), sections=["comments"])


def withheld(report: Report) -> Sheet:
    rows: Rows = [
        [Entry(reason, Kind.WRAPPED), Entry(number, Kind.COUNT)] for reason, number in telling.reasons(report)
    ]
    if not rows:
        rows = [[Entry(_("Nothing was withheld."))]]
    rows += [[], [Entry(telling.promise(report), Kind.WRAPPED)]]
    return Sheet(_("Withheld"), [_("Reason"), _("Numbers withheld")], rows, (60, 14))


def reading() -> Sheet:
    rows = [[Entry(term, Kind.STRONG), Entry(meaning, Kind.WRAPPED)] for term, meaning in telling.reading()]
    return Sheet(_("How to read it"), [_("Term"), _("Meaning")], rows, (26, 60))
