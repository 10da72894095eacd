"""The slide of the units."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from assessment.renderers.pptx.foreword import Annotated
from assessment.renderers.pptx.parts import LONGEST_TABLE, SOFT, Box, Grid, Mark, Words
from assessment.renderers.pptx.points import heat, said_text
from assessment.renderers.saying import said_estimate
from assessment.report import Bounded, Gap, Number, Report, Unit, Verdict


def units(canvas: Annotated, report: Report) -> None:
    """The top units, then those with the widest gaps that are sure, as far as the slide goes."""
    if not report.units:
        return
    shown = _shown(report.units)
    about = _(
        "What the front line lives, group by group. Only groups that can be shown without exposing anybody are here."
    )
    notes = [
        f"{one.path}: "
        + "; ".join(
            f"{dim.title} {said_text(said_estimate(one.frontline[dim.id]))}" for dim in report.dimensions
        )
        for one in report.units
    ]
    slide = canvas.slide(_("Where"), [about, *notes], section="where")
    canvas.text(slide, Box(height=0.1), Words(about, 14, colour=SOFT))
    rows = [[Mark(one.path), *_heat(one, report)] for one in shown]
    heads = (_("Unit"), *(dimension.title for dimension in report.dimensions))
    widths = (3, *(2 for _dimension in report.dimensions))
    grid = Grid(heads, rows, widths, f"{_('Where')}. {about}")
    canvas.table(slide, Box(top=0.12, height=0.8), grid)
    if len(report.units) > len(rows):
        more = _("%(number)s more are in the notes and in the workbook.") % {
            "number": len(report.units) - len(rows)
        }
        if len(shown) > len(_tops(report.units)):
            more = f"{_('Below the top units: those with the widest gap that is sure.')} {more}"
        canvas.text(slide, Box(top=0.94, height=0.06), Words(more, 12, colour=SOFT))


def _tops(found: Sequence[Unit]) -> list[Unit]:
    return [one for one in found if one.depth == 0]


def _shown(found: Sequence[Unit]) -> list[Unit]:
    tops = _tops(found)
    below = sorted((one for one in found if one.depth and _widest(one)), key=_widest, reverse=True)
    return [*tops, *below][:LONGEST_TABLE]


def _widest(unit: Unit) -> float:
    """The widest gap of a unit that is clear; 0 where it has none."""
    clear = [one for one in unit.gap.values() if isinstance(one, Gap) and one.verdict is Verdict.CLEAR]
    return max((_least(one.value) for one in clear), default=0.0)


def _least(value: Number) -> float:
    return (value.low or 0.0) if isinstance(value, Bounded) else value


def _heat(unit: Unit, report: Report) -> list[Mark]:
    return [
        Mark(said_text(said_estimate(unit.frontline[one.id])), fill=heat(unit.frontline[one.id]))
        for one in report.dimensions
    ]
