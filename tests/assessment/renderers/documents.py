"""A small document with every section, planted numbers that must be found, and others that must not."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from assessment.report import Report, compose

SCHEMA = Path(__file__).parents[3] / "assessment" / "report_schema.json"
WITHHELD_N = 7919
EVIL_UNIT = '#read("/etc/passwd")'
EVIL_FORMULA = '=HYPERLINK("http://evil.example","x")'
EVIL_CATEGORY = "=1+1"
EVIL_COMMENT = "@SUM(1+1)*cmd|' /C calc'!A0"
OPTIONS = ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]

Json = dict[str, Any]


def withheld(reason: str = "small_group") -> Json:
    return {"status": reason, "n": WITHHELD_N}


def estimate(mean: float, n: int = 120, distribution: list[Any] | None = None) -> Json:
    found: Json = {
        "n": n,
        "mean": mean,
        "sd": 18.25,
        "interval": [mean - 2.1, mean + 2.1],
        "favourable": 0.615,
        "favourable_interval": [0.53, 0.69],
    }
    return found | ({"distribution": distribution} if distribution else {})


def gap(value: float, verdict: str = "clear") -> Json:
    return {
        "value": value,
        "interval": [value - 3.7, value + 3.7],
        "hedges_g": 0.8345,
        "g_interval": [0.5, 1.1],
        "p": 0.00011,
        "p_adjusted": 0.0123,
        "verdict": verdict,
    }


def share(value: float, n: int = 118) -> Json:
    return {"n": n, "share": value, "interval": [max(0.0, value - 0.07), min(1.0, value + 0.07)]}


def bounded_share() -> Json:
    """What the document says of a share beyond 95 %: no interval, hence no difference."""
    executive = {"n": 15, "share": {"at_least": 0.95}, "interval": None}
    return {
        "frontline": share(0.8361),
        "executive": executive,
        "difference": {"status": "nothing_to_compare"},
    }


def bounded_mean() -> Json:
    beyond: Json = dict.fromkeys(("sd", "interval", "favourable_interval"))
    return {"n": 15, "mean": {"at_least": 95.0}, "favourable": {"at_least": 0.95}, **beyond}


def bounded_gap(low: float, high: float) -> Json:
    nothing = dict.fromkeys(("interval", "hedges_g", "g_interval", "p", "p_adjusted"))
    return {"value": {"between": [low, high]}, "verdict": "clear", **nothing}


def both(frontline: float, executive: float) -> Json:
    value = executive - frontline
    difference = {"value": value, "interval": [value - 0.1, value + 0.1], "p": 0.01, "p_adjusted": 0.02}
    return {"frontline": share(frontline), "executive": share(executive, 15), "difference": difference}


def one_sided(frontline: float) -> Json:
    return {
        "frontline": share(frontline),
        "executive": withheld("too_few_for_distribution"),
        "difference": {"status": "nothing_to_compare"},
    }


def choice(name: str, label: str, *pairs: Json) -> Json:
    options = [
        {
            "option": number,
            "label": {"frontline": f"{label} {number}", "executive": f"{label} {number}"},
            **pair,
        }
        for number, pair in enumerate(pairs, start=1)
    ]
    wording = {"frontline": f"{label}, lived?", "executive": f"{label}, believed?"}
    return {"id": name, "label": label, "wording": wording, "options": options}


def item(name: str, label: str, sides: tuple[Json, Json], found: Json, quadrant: str | None) -> Json:
    frontline, executive = sides
    return {
        "id": name,
        "dimension": "authority",
        "label": label,
        "wording": {"frontline": f"I live {label}.", "executive": f"They live {label}."},
        "options": OPTIONS,
        "reverse": False,
        "frontline": frontline,
        "executive": executive,
        "gap": found,
        "quadrant": quadrant,
        "dont_know": {"frontline": 0.0714, "executive": withheld("too_few_for_distribution")},
    }


def dimension(name: str, title: str, frontline: float, executive: float) -> Json:
    return {
        "id": name,
        "title": title,
        "about": f"What {title} asks",
        "headline": True,
        "frontline": estimate(frontline),
        "executive": estimate(executive, 15),
        "gap": gap(executive - frontline),
        "quadrant": "blind_spot",
        "reliability": {
            "frontline": {"n": 99, "alpha": 0.8467, "alpha_interval": [0.81, 0.88], "omega": 0.851},
            "executive": withheld("too_few_for_distribution"),
        },
    }


def document() -> Json:
    return {
        "schema": "latitude.report/1",
        "simulated": True,
        "organization": {
            "name": "Kestrel & Söhne",
            "timezone": "Europe/London",
            "currency": "GBP",
            "language": "en",
        },
        "campaign": {
            "name": "Autumn",
            "opened": "2026-10-15T20:00:00+01:00",
            "closed": "2026-11-12T20:00:00+00:00",
            "instrument": "empowered-service",
            "version": 1,
            "policy": {
                "version": 1,
                "min_group": 5,
                "min_executives": 4,
                "min_comments": 10,
                "min_distribution": 10,
            },
        },
        "participation": {
            "frontline": {"answered": 1190, "headcount": 1713, "rate": 0.6947},
            "executive": {"answered": 15, "headcount": None, "rate": None},
        },
        "headline": {"gap": gap(22.25)},
        "dimensions": [
            dimension("authority", "Authority", 43.925, 73.8),
            dimension("rules", "Rules", 47.889, 68.52),
            dimension("promise", "Promise", 44.714, 67.8)
            | {"executive": withheld(), "gap": {"status": "nothing_to_compare"}, "quadrant": None},
        ],
        "items": _items(),
        "ladder": {
            "steps": [
                {"id": "ladder-1", "amount": 20, **bounded_share()},
                {"id": "ladder-2", "amount": 150, **both(0.2319, 0.8512)},
            ],
            "ceiling": {
                "frontline": {"amount": 61.2, "interval": [55.9, 66.1], "where": "between"},
                "executive": {"amount": None, "interval": [98.0, None], "where": "beyond_last"},
            },
        },
        "scenarios": [choice("scenario-refund", "Cash back", both(0.2243, 0.6317), one_sided(0.4157))],
        "obstacles": [
            {
                "item": "obstacles",
                "option": 1,
                "label": "Returns",
                **both(0.4562, 0.1037),
                "blind_spot": False,
            },
            {
                "item": "obstacles",
                "option": 2,
                "label": EVIL_CATEGORY,
                **one_sided(0.3371),
                "blind_spot": None,
            },
        ],
        "escalation": choice("escalation", "How soon", both(0.1538, 0.5529)),
        "choices": [choice("obstacle-outcome", "What it led to", both(0.2826, 0.3173))],
        "units": _units(),
        "cuts": [
            {
                "question": "tenure",
                "title": "Time here",
                "levels": [
                    {
                        "level": 1,
                        "label": "New",
                        "frontline": {
                            "authority": estimate(36.613),
                            "rules": withheld(),
                            "promise": withheld(),
                        },
                    }
                ],
            }
        ],
        "agreement": {
            "executive": {"authority": {"rwg": 0.9231, "ad": 0.6724}, "rules": withheld()},
            "units": {"authority": {"icc1": -0.0358, "icc2": None}, "rules": {"icc1": 0.0636, "icc2": 0.669}},
        },
        "quality": {
            "careless": {
                "frontline": {"authority": {"n": 101, "mean": 44.4321, "set_aside": 19}, "rules": withheld()},
                "executive": {"authority": {"n": 14, "mean": 73.1234, "set_aside": 1}},
            }
        },
        "weighted": {
            "authority": {
                "n": 120,
                "mean": 43.1579,
                "interval": [41.2, 45.1],
                "design_effect": 1.1327,
                "effective_n": 105.9,
                "covered": 0.9823,
            },
            "rules": withheld(),
        },
        "change": {
            "since": {"name": "Spring", "closed": "2025-05-01T20:00:00+01:00"},
            "headline": gap(-6.4301),
            "dimensions": [
                {
                    "id": "authority",
                    "title": "Authority",
                    "frontline": gap(11.2301),
                    "executive": withheld(),
                    "gap": gap(-9.8702, "leaning"),
                }
            ],
        },
        "comments": [
            {"panel": "frontline", "item": "rule-to-change", "text": EVIL_COMMENT, "theme": "Approvals"}
        ],
        "withheld": [
            {"cell": {"panel": "frontline", "statistic": "rules", "unit": "South"}, "reason": "small_group"}
        ],
    }


def _items() -> list[Json]:
    spread: list[Any] = [{"at_most": 0.05}, {"at_most": 0.217}, 0.25, 0.3333, 0.1667]
    return [
        item(
            "fair",
            "Fair exceptions",
            (estimate(42.9501, 120, spread), estimate(80.2501, 15)),
            gap(37.3),
            "blind_spot",
        ),
        item(
            "bound",
            "Bounded",
            (estimate(51.1701), bounded_mean()),
            bounded_gap(43.8299, 48.8299),
            "agreed_strength",
        ),
        item("behind", EVIL_FORMULA, (estimate(38.4701), withheld()), {"status": "nothing_to_compare"}, None),
    ]


def _units() -> list[Json]:
    def unit(path: str, authority: Json, found: Json) -> Json:
        rules = {"rules": withheld("protects_another"), "promise": withheld()}
        return {
            "path": path,
            "frontline": {"authority": authority, **rules},
            "gap": {"authority": found, **rules},
        }

    return [
        unit(EVIL_UNIT, estimate(41.2701), gap(32.5)),
        unit(f"North/{EVIL_FORMULA}", estimate(56.7301), gap(17.1, "leaning")),
        unit("North/Store 2", withheld(), withheld()),
    ]


@cache
def _checked() -> str:
    found = document()
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(found)
    return json.dumps(found)


def report(**changed: Any) -> Report:
    return compose(json.loads(_checked()) | copy.deepcopy(changed))
