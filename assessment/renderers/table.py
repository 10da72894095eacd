"""The released aggregates as a long table, for programs: CSV for spreadsheets, .sav for SPSS, R and Stata."""

import csv
import io
from dataclasses import astuple, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyreadstat
from django.utils import translation
from django.utils.translation import gettext as _

from assessment.renderers import telling
from assessment.renderers.figures import BETWEEN, Figure, figures
from assessment.renderers.neutral import is_formula
from assessment.report import Report

COLUMNS = tuple(field.name for field in fields(Figure))
WRITTEN = slice(92, 109)  # where the format says when a file was written: the clock is no part of a report
PANEL_CODES = {"frontline": 1, "executive": 2, BETWEEN: 3}


def render_csv(report: Report, *, language: str) -> bytes:
    """With a byte order mark, for Excel. The names of rows are identifiers, the same in every language."""
    del language
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for figure in figures(report):
        writer.writerow(_plain(value) for value in astuple(figure))
    return text.getvalue().encode("utf-8-sig")


def _plain(value: object) -> object:
    """An apostrophe before what a spreadsheet would run."""
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def render_sav(report: Report, *, language: str) -> bytes:
    import pandas as pd  # noqa: PLC0415  # half a second, for the one format that wants it

    rows = [astuple(figure) for figure in figures(report)]
    frame: Any = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["panel"] = frame["panel"].map(PANEL_CODES)
    for name in ("n", "value", "low", "high"):
        frame[name] = frame[name].astype(float)
    with translation.override(language), TemporaryDirectory() as folder:
        path = Path(folder) / "report.sav"
        pyreadstat.write_sav(
            frame,
            path,
            file_label=telling.title(report)[:64],
            column_labels=_labels(),
            variable_value_labels={"panel": _panels()},
            variable_measure={"panel": "nominal", "section": "nominal", "status": "nominal"},
            compress=False,
        )
        made = path.read_bytes()
    written = f"{telling.closed(report):%d %b %y%H:%M:%S}".encode("ascii")
    return made[: WRITTEN.start] + written + made[WRITTEN.stop :]


def _panels() -> dict[int | float, str]:
    names = {panel: telling.panel_name(panel) for panel in telling.PANELS} | {BETWEEN: _("Gap")}
    return {code: names[panel] for panel, code in PANEL_CODES.items()}


def _labels() -> dict[str, str | None]:
    return {
        "section": _("Part of the report"),
        "cell": _("Whose answers"),
        "statistic": _("What was measured"),
        "panel": _("Side"),
        "n": _("Number of answers"),
        "value": _("Value: scores from 0 to 100, shares from 0 to 1"),
        # xgettext:no-python-format  # noqa: ERA001
        "low": _("Lower end of the 95% interval"),
        # xgettext:no-python-format  # noqa: ERA001
        "high": _("Upper end of the 95% interval"),
        "status": _("Verdict, kind of bound, or why no value is shown"),
    }
