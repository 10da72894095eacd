"""Small report documents for tests of what is drawn from them; each is valid under the schema."""

import json
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

import assessment

Json = dict[str, Any]
WITHHELD: Json = {"status": "small_group"}
NO_GAP: Json = {"status": "nothing_to_compare"}
DIMENSIONS = {"purpose": (58.0, 74.0), "authority": (36.0, 69.0), "rules": (33.0, 58.0)}
ITEMS = {
    "spot": ("authority", 30.0, 80.0),
    "backed": ("authority", 60.0, 20.0),
    "clear": ("purpose", 70.0, 75.0),
    "sense": ("rules", 25.0, 30.0),
    "fair": ("rules", 97.0, 98.0),
}


def estimate(mean: float, n: int) -> Json:
    return {
        "n": n,
        "mean": mean,
        "sd": 20.0,
        "interval": [mean - 3, min(100.0, mean + 3)],
        "favourable": mean / 100,
        "favourable_interval": [max(0.0, mean / 100 - 0.1), min(1.0, mean / 100 + 0.1)],
        "distribution": [n // 5] * 5,
    }


def gap(value: float, verdict: str = "clear") -> Json:
    return {
        "value": value,
        "interval": [value - 5, value + 5],
        "hedges_g": 1.2,
        "g_interval": [0.8, 1.6],
        "p": 0.0001,
        "p_adjusted": 0.0004,
        "verdict": verdict,
    }


def quadrant(frontline: float, executive: float) -> str:
    if executive > 50:
        return "agreed_strength" if frontline > 50 else "blind_spot"
    return "undervalued_strength" if frontline > 50 else "agreed_weakness"


def share(value: float, n: int = 100) -> Json:
    return {"n": n, "share": value, "interval": [max(0.0, value - 0.1), min(1.0, value + 0.1)]}


def both(frontline: float, executive: float) -> Json:
    difference = {"value": executive - frontline, "interval": [-0.5, 0.5], "p_adjusted": 0.2}
    return {"frontline": share(frontline), "executive": share(executive, 14), "difference": difference}


def pair(frontline: float, executive: float) -> Json:
    return {
        "frontline": estimate(frontline, 1312),
        "executive": estimate(executive, 14),
        "gap": gap(executive - frontline),
        "quadrant": quadrant(frontline, executive),
    }


def words(text: str) -> Json:
    return {"frontline": f"I {text}", "executive": f"They {text}"}


def document(**changes: Any) -> Json:
    alpha = {"n": 1300, "alpha": 0.81, "alpha_interval": [0.79, 0.83], "omega": 0.82}
    made: Json = {
        "schema": "latitude.report/1",
        "simulated": True,
        "organization": {"name": "Acme", "timezone": "Europe/Madrid", "currency": "EUR", "language": "en"},
        "campaign": {
            "name": "Wave 1",
            "opened": "2026-10-05T06:00:00+00:00",
            "closed": "2026-10-23T23:00:00+00:00",
            "instrument": "empowered-service",
            "version": 1,
            "policy": {
                "version": 1,
                "min_group": 7,
                "min_executives": 4,
                "min_comments": 12,
                "min_distribution": 11,
            },
        },
        "participation": {
            "frontline": {"answered": 1312, "headcount": 1804, "rate": 1312 / 1804},
            "executive": {"answered": 14, "headcount": None, "rate": None},
        },
        "headline": {"gap": gap(24.7)},
        "dimensions": [
            {"id": name, "title": name.title(), "about": "About it?", "headline": True, **pair(*means)}
            | {"reliability": {"frontline": alpha, "executive": WITHHELD}}
            for name, means in DIMENSIONS.items()
        ],
        "items": [
            {"id": name, "dimension": dimension, "label": name.title(), "wording": words(name)}
            | {"options": ["No", "Rather no", "Between", "Rather yes", "Yes"], "reverse": False}
            | {"dont_know": {"frontline": 0.04, "executive": WITHHELD}, **pair(*means)}
            for name, (dimension, *means) in ITEMS.items()
        ],
        "ladder": {
            "steps": [
                {"id": f"l{a}", "amount": a, **both(f, e)} for a, f, e in ((20, 0.7, 0.9), (6000, 0.02, 0.4))
            ],
            "ceiling": {
                "frontline": {"amount": 83.2, "interval": [71.0, 98.0], "where": "between"},
                "executive": {"amount": None, "interval": [1210.0, None], "where": "beyond_last"},
            },
        },
        "scenarios": [],
        "obstacles": [
            {"item": "obstacles", "option": 1, "label": "Paperwork", **both(0.2, 0.3), "blind_spot": False},
            {"item": "obstacles", "option": 2, "label": "Approvals", **both(0.5, 0.0), "blind_spot": True},
        ],
        "escalation": {
            "id": "soon",
            "label": "How soon",
            "wording": words("wait"),
            "options": [{"option": 1, "label": words("minutes"), **both(0.4, 0.8)}],
        },
        "units": [{"path": "North/Store 1", "frontline": dict.fromkeys(DIMENSIONS, WITHHELD), "gap": {}}],
        "cuts": [],
        "agreement": {"executive": {}, "units": {}},
        "change": None,
        "comments": [],
        "withheld": [{"cell": {"panel": "frontline", "unit": "North/Store 1"}, "reason": "small_group"}],
    } | changes
    schema = json.loads((Path(assessment.__file__).parent / "report_schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(made)
    return made


def without_executives() -> Json:
    """What is left where too few executives answered."""
    made = document(headline={"gap": NO_GAP})
    made["participation"]["executive"] = WITHHELD
    for found in (*made["dimensions"], *made["items"]):
        found |= {"executive": WITHHELD, "gap": NO_GAP, "quadrant": None}
    for found in (*made["ladder"]["steps"], *made["obstacles"], *made["escalation"]["options"]):
        found |= {"executive": WITHHELD, "difference": NO_GAP}
    for found in made["obstacles"]:
        found["blind_spot"] = None
    made["ladder"]["ceiling"]["executive"] = WITHHELD
    return document(**made)


def beside() -> Json:
    """With all that stands beside the main numbers, some of it withheld."""
    weighted = {"n": 1312, "mean": 57.1, "interval": [55.0, 59.2], "design_effect": 1.12}
    weighted |= {"effective_n": 1171.4, "covered": 0.98}
    careful = {"n": 1290, "mean": 58.4, "set_aside": 22}
    return document(
        agreement={
            "executive": {
                "purpose": {"rwg": 0.83, "ad": 0.6},
                "authority": {"rwg": None, "ad": None},
                "rules": WITHHELD,
            },
            "units": {
                "purpose": {"icc1": 0.04, "icc2": 0.71},
                "authority": {"icc1": -0.01, "icc2": -0.2},
                "rules": NO_GAP,
            },
        },
        quality={
            "careless": {
                "frontline": dict.fromkeys(DIMENSIONS, careful) | {"rules": WITHHELD},
                "executive": dict.fromkeys(DIMENSIONS, WITHHELD),
            }
        },
        weighted={"purpose": weighted, "authority": weighted, "rules": NO_GAP},
        change={
            "since": {"name": "Wave 0", "closed": "2025-10-23T23:00:00+00:00"},
            "headline": gap(-6.0, "leaning"),
            "dimensions": [
                {
                    "id": "purpose",
                    "title": "Purpose",
                    "frontline": gap(4.0),
                    "executive": NO_GAP,
                    "gap": NO_GAP,
                },
                {
                    "id": "rules",
                    "title": "Rules",
                    "frontline": gap(2.0, "cannot_tell"),
                    "executive": gap(-1.0, "no_clear_gap"),
                }
                | {"gap": gap(-3.0, "cannot_tell")},
            ],
        },
    )
