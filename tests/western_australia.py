"""The Western Australian perception survey of 2015 as a folder for `load_campaign`, and its published figures.

The sheets and the reference stay where they are: only folders under a test's temporary directory are written.
The code of "don't know" and the direction of the scale are the survey's; reference.json tells how its figures
were recoded.
"""

import csv
import gzip
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from surveys.instruments.instrument import Panel
from tests.shared import shared_data

FOLDER = "wa_eps2015"
SIZES = {"1": "Small", "2": "Medium", "3": "Large"}
PANELS = {"1": Panel.EXECUTIVE, "2": Panel.FRONTLINE}
GENDERS = {"1", "2"}  # what else stands there is dirt, and missing in the reference too
ITEMS: Mapping[str, Mapping[str, str]] = {
    "purpose": {"A2b": "Clear duties", "A2c": "Sees the contribution"},
    "authority": {"A2a": "Uses own skills", "A2d": "Has the authority"},
    "rules": {
        "A3a": "Well managed",
        "A3b": "Change managed well",
        "A3c": "Leaders lead",
        "A3d": "Technology for customers",
        "A3e": "Fair promotion",
        "A3f": "Work and life in balance",
        "A3g": "Flexible work",
        "A3h": "Health and wellbeing",
    },
    "attachment": {
        "A1a": "The job overall",
        "A1b": "The agency overall",
        "A2e": "Challenged by the work",
        "A2f": "Recognised",
        "A2g": "Career opportunities",
        "A2h": "Proud of the sector",
        "A3i": "Attached to the agency",
        "A3j": "Motivated by the agency",
        "A3k": "Inspired by the agency",
        "A3l": "Proud of the agency",
        "A3m": "Would recommend it",
    },
}
HEADLINE = ("purpose", "authority", "rules")
SATISFACTION = ("A1a", "A1b")
COLUMNS = ("D1", *(item for items in ITEMS.values() for item in items))


def reference() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(shared_data(FOLDER, "reference.json").read_text("utf-8"))
    return document


def source_rows() -> Iterator[dict[str, str]]:
    """The rows of the two panels; who did not say which panel is theirs is left out, as in the reference."""
    with gzip.open(shared_data(FOLDER, "wa_eps2015.csv.gz"), "rt", encoding="utf-8-sig", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["D14"].strip() in PANELS)


def panel_of(row: Mapping[str, str]) -> Panel:
    return PANELS[row["D14"].strip()]


def unit_of(row: Mapping[str, str]) -> str:
    return SIZES[row["AgencySize"].strip()]


def codes_of(row: Mapping[str, str]) -> list[str]:
    """Raw codes in the order of COLUMNS."""
    gender, *items = (row[column].strip() for column in COLUMNS)
    return [gender if gender in GENDERS else "", *items]


def write_western_australia(folder: Path) -> Path:
    instrument = folder / "perception"
    instrument.mkdir(parents=True)
    for name, content in (("instrument.yaml", _structure()), ("en.yaml", _texts())):
        (instrument / name).write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    settings = {
        "organization": {
            "name": "Western Australian public sector",
            "timezone": "Australia/Perth",
            "currency": "AUD",
        },
        "campaign": {"name": "Perception survey 2015", "opens": "2015-03-02", "closes": "2015-06-30"},
        "instrument": instrument.name,
        "policy": {"min_group": 5, "min_executives": 4, "min_comments": 10},
    }
    (folder / "campaign.yaml").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    _write_csv(
        folder / "units.csv",
        [
            ["path", "frontline_headcount", "executive_headcount"],
            *([size, "", ""] for size in SIZES.values()),
        ],
    )
    _write_csv(
        folder / "responses.csv",
        [
            ["panel", "unit", *COLUMNS],
            *([panel_of(row), unit_of(row), *codes_of(row)] for row in source_rows()),
        ],
    )
    return folder


def _write_csv(path: Path, rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _structure() -> dict[str, Any]:
    """JSON is YAML. Code 1 is the best answer of every item, so every item is reversed."""
    return {
        "id": "wa-perception",
        "version": 1,
        "languages": ["en"],
        "dimensions": [{"id": name, "headline": name in HEADLINE} for name in ITEMS],
        "scales": [
            {"id": "agreement", "options": 7, "dont_know": 8},
            {"id": "satisfaction", "options": 7},  # its two items offer no "does not apply"
        ],
        "sections": [
            {
                "id": dimension,
                "items": [
                    {
                        "id": item,
                        "kind": "agree",
                        "dimension": dimension,
                        "scale": "satisfaction" if item in SATISFACTION else "agreement",
                        "reverse": True,
                    }
                    for item in items
                ],
            }
            for dimension, items in ITEMS.items()
        ],
        "background": [{"id": "D1", "options": 2}],
    }


def _texts() -> dict[str, Any]:
    with shared_data(FOLDER, "question-key.csv").open(encoding="utf-8-sig", newline="") as file:
        wordings = {row[0]: " ".join(row[1].split()) for row in csv.reader(file)}
    return {
        "title": "Employee perceptions",
        "intro": "How people see their work and their agency.",
        "dimensions": {name: {"title": name.capitalize(), "about": f"How is {name} seen?"} for name in ITEMS},
        "sections": {name: {"title": name.capitalize(), "intro": "Your job and agency."} for name in ITEMS},
        "scales": {
            "agreement": {"options": _options("agree", "Strongly"), "dont_know": "Does not apply"},
            "satisfaction": {"options": _options("satisfied", "Very")},
        },
        "items": {
            item: {"label": label, "both": wordings[item]}
            for items in ITEMS.values()
            for item, label in items.items()
        },
        "background": {
            "D1": {"label": "Gender", "question": wordings["D1"], "options": ["Male", "Female"]},
        },
    }


def _options(word: str, most: str) -> list[str]:
    degrees = (most, "Moderately", "Mildly")
    for_it = [f"{degree} {word}" for degree in degrees]
    against = [f"{degree} dis{word}" for degree in reversed(degrees)]
    return [*for_it, f"Neither {word} nor dis{word}", *against]


# The published figures, on the report's scale

POINTS = 100 / 6
"""Points of 0..100 in one step of the 7-point scale: score (m - 1) / 6 * 100, and gap = executive - frontline."""


MINIMIZED = 1e-6
"""The reference finds the ends of g's interval with a minimizer, to about this."""


def expected_item(item: str) -> dict[str, Any]:
    """What `items[]` of the report document must say of an item, from reference.json."""
    told = reference()["items"][item]
    estimates = {
        panel: {
            "n": told[f"n_{short}"],
            "mean": (told[f"mean_{short}"] - 1) * POINTS,
            "sd": told[f"sd_{short}"] * POINTS,
            "favourable": told[f"pct_fav_{short}"],
            "favourable_interval": told[f"wilson_{short}"],
        }
        for panel, short in ((Panel.FRONTLINE, "front"), (Panel.EXECUTIVE, "exec"))
    }
    gap = {
        "value": -told["gap_front_minus_exec"] * POINTS,
        "interval": turned(told["welch_ci95"], POINTS),
        "p": told["welch_p"],
        "hedges_g": -told["hedges_g_pooled"],
        "g_interval": turned(told["hedges_g_ci95_noncentral_t"]),
    }
    return {**{panel.value: estimate for panel, estimate in estimates.items()}, "gap": gap}


def turned(interval: list[float], factor: float = 1.0) -> list[float]:
    """The interval of frontline - executive as one of executive - frontline."""
    low, high = interval
    return [-high * factor, -low * factor]


def differences(document: Mapping[str, Any], tolerance: float = 1e-9) -> list[str]:
    """Every figure of `items[]` that is not the published one to a relative tolerance; empty where all agree."""
    found = {item["id"]: item for item in document["items"]}
    expected = {item: expected_item(item) for item in COLUMNS if item != "D1"}
    told = [f"{item}: no such item in the report" for item in expected.keys() - found.keys()]
    for item in expected.keys() & found.keys():
        for part, figures in expected[item].items():
            for name, figure in figures.items():
                given = found[item].get(part, {}).get(name)
                if not _close(given, figure, MINIMIZED if name == "g_interval" else tolerance):
                    told.append(f"{item} {part} {name}: {given} instead of {figure}")
    return sorted(told)


def _close(given: Any, expected: float | list[float], tolerance: float) -> bool:
    if isinstance(expected, list):
        return (
            isinstance(given, list | tuple)
            and len(given) == len(expected)
            and all(_close(one, other, tolerance) for one, other in zip(given, expected, strict=True))
        )
    return isinstance(given, int | float) and math.isclose(given, expected, rel_tol=tolerance)
