"""The `latitude.report/1` document of a released table. Every number in it came through `table.take` or `derive`."""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from random import SystemRandom
from typing import Any

from jsonschema_rs import Draft202012Validator

from assessment.disclosure.cells import Cell, CutCell, PanelCell, Reason, Released, UnitCell, Withheld
from assessment.disclosure.release import ReleasedTable
from assessment.report import SCHEMA
from assessment.snapshot import authority, figures
from assessment.snapshot.beside import Beside
from assessment.snapshot.changes import Changes
from assessment.snapshot.comparing import Comparer
from assessment.snapshot.favouring import keep_shares_back
from assessment.snapshot.figures import Json
from assessment.snapshot.gather import Gathered
from assessment.snapshot.priorities import Priorities
from assessment.snapshot.within import within_units
from assessment.stats.layout import Panel
from surveys import queries
from surveys.instruments.instrument import Item, ItemKind
from surveys.instruments.instrument import Panel as Asked
from surveys.models import Campaign

VALIDATOR = Draft202012Validator(
    json.loads((Path(__file__).parent.parent / "report_schema.json").read_text("utf-8"))
)
CLAUSES = {"frontline": Asked.FRONTLINE, "executive": Asked.EXECUTIVE}


def digest(document: Json) -> str:
    """Of the canonical text. ValueError for a number that is none (no document may hold one)."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, allow_nan=False).encode()).hexdigest()


def validate(document: Json) -> None:
    """jsonschema_rs.ValidationError where the document is not what its schema promises."""
    VALIDATOR.validate(document)


class Composer:
    """Writes one document, section by section."""

    def __init__(self, gathered: Gathered, table: ReleasedTable, compared: Comparer) -> None:
        self.gathered, self.table, self.compared = gathered, table, compared
        self.side = Beside(gathered, table, compared)
        self.campaign = gathered.campaign
        self.instrument = self.campaign.instrument
        organization = self.campaign.organization
        written = self.instrument.languages
        self.language = (
            organization.language if organization.language in written else self.instrument.default_language
        )

    def document(self) -> Json:
        items = [self.item(item) for item in self.instrument.items_of(ItemKind.AGREE)]
        dimensions = [self.dimension(d.id) for d in self.gathered.layout.dimensions]
        units, cuts = self.units(), self.cuts()
        keep_shares_back(self.gathered.tree, self.front_line(dimensions, units, cuts), again=self.table.again)
        return {
            "schema": SCHEMA,
            **self.about(),
            "participation": {panel.value: self.participation(panel) for panel in Panel},
            "headline": {"gap": self.compared.headline()},
            "dimensions": dimensions,
            "items": items,
            "priorities": Priorities(self.gathered, self.table, self.compared).written(items),
            "ladder": self.ladder(),
            "scenarios": [self.choice(item) for item in self.instrument.items_of(ItemKind.SCENARIO)],
            "obstacles": self.obstacles(),
            "escalation": self.role("escalation"),
            "choices": [
                self.choice(item)
                for item in self.instrument.items_of(ItemKind.CHOICE)
                if item.role != "escalation"
            ],
            "units": units,
            "cuts": cuts,
            "agreement": self.compared.agreement()
            | {"within": within_units(self.gathered, self.table, self.compared, units)},
            "quality": {"careless": self.side.careless()},
            "weighted": {name: self.side.weighted(name) for name in self.side.dimensions},
            "change": Changes(self.gathered, self.compared).written(self.language),
            "comments": self.comments(),
            "withheld": self.withheld(),
        }

    def about(self) -> Json:
        campaign, organization = self.campaign, self.campaign.organization
        zone = organization.zone
        return {
            "simulated": organization.simulated,
            "organization": {
                "name": organization.name,
                "timezone": organization.timezone,
                "currency": organization.currency,
                "language": self.language,
            },
            "campaign": {
                "name": campaign.name,
                "opened": campaign.opens_at.astimezone(zone).isoformat(),
                "closed": campaign.closes_at.astimezone(zone).isoformat(),
                "instrument": self.instrument.id,
                "version": self.instrument.version,
                "policy": self.gathered.policy.to_json(),
            },
        }

    def participation(self, panel: Panel) -> Json:
        """How many answered, where the panel as a whole may be shown."""
        answered = int(self.gathered.tally.respondents(panel).sum())
        if answered < self.gathered.policy.minimum(panel):
            return {"status": "small_group"}
        headcount = self.gathered.headcount(panel)
        rate = min(1.0, answered / headcount) if headcount else None
        return {"answered": answered, "headcount": headcount, "rate": rate}

    def dimension(self, name: str) -> Json:
        found = next(d for d in self.gathered.layout.dimensions if d.id == name)
        return {
            "id": name,
            "title": self.instrument.dimension_title(name, self.language),
            "about": self.instrument.dimension_about(name, self.language),
            "headline": found.headline,
            **self.compared.pair(name, distribution=False),
            "reliability": {panel.value: self.compared.reliability(panel, name) for panel in Panel},
        }

    def item(self, item: Item) -> Json:
        return {
            "id": item.id,
            "dimension": item.dimension,
            "label": self.instrument.label(item.id, self.language),
            "wording": self.wording(item),
            "options": list(self.instrument.option_labels(item.id, self.language, Asked.FRONTLINE)),
            "reverse": item.reverse,
            **self.compared.pair(item.id, distribution=True),
            "dont_know": {panel.value: self.compared.dont_know(panel, item.id) for panel in Panel},
        }

    def wording(self, item: Item) -> Json:
        return {
            name: self.instrument.wording(item.id, asked, self.language) for name, asked in CLAUSES.items()
        }

    def ladder(self) -> Json | None:
        steps = self.instrument.items_of(ItemKind.LADDER)
        if not steps:
            return None
        amounts = self.campaign.amounts
        rungs = [
            {"id": item.id, "amount": amount, **self.compared.options(item.id)[0]}
            for item, amount in zip(steps, amounts, strict=True)
        ]
        return {
            "steps": rungs,
            "ceiling": {
                panel.value: authority.ceiling([rung[panel.value] for rung in rungs], amounts)
                for panel in Panel
            },
        }

    def choice(self, item: Item) -> Json:
        labels = {
            name: self.instrument.option_labels(item.id, self.language, asked)
            for name, asked in CLAUSES.items()
        }
        pairs = self.compared.options(item.id)
        return {
            "id": item.id,
            "label": self.instrument.label(item.id, self.language),
            "wording": self.wording(item),
            "options": [
                {"option": number + 1, "label": {name: labels[name][number] for name in CLAUSES}, **pair}
                for number, pair in enumerate(pairs)
            ],
        }

    def obstacles(self) -> list[Json]:
        item = self.instrument.with_role("obstacles")
        if item is None:
            return []
        labels = self.instrument.option_labels(item.id, self.language, Asked.FRONTLINE)
        return [
            {
                "item": item.id,
                "option": number + 1,
                "label": labels[number],
                **pair,
                "blind_spot": figures.is_blind_spot(pair),
            }
            for number, pair in enumerate(self.compared.options(item.id))
        ]

    def role(self, role: str) -> Json | None:
        item = self.instrument.with_role(role)
        return self.choice(item) if item else None

    def units(self) -> list[Json]:
        """Units with any released dimension; a unit's gap is the executives' belief minus what it lives."""
        return [
            {"path": self.gathered.units[index].path, "frontline": estimates, "gap": gaps}
            for index, estimates, gaps in self.compared.units()
        ]

    def cuts(self) -> list[Json]:
        return [
            {
                "question": question,
                "title": self.instrument.background_label(question, self.language),
                "levels": [
                    {
                        "level": level + 1,
                        "label": label,
                        "frontline": self.compared.cut(number, question, level + 1),
                    }
                    for level, label in enumerate(self.instrument.background_labels(question, self.language))
                ],
            }
            for number, question in enumerate(self.campaign.background)
        ]

    def front_line(
        self, dimensions: list[Json], units: list[Json], cuts: list[Json]
    ) -> dict[Cell, dict[str, Json]]:
        """Its estimates of dimensions, by cell."""
        index = {unit.path: number for number, unit in enumerate(self.gathered.units)}
        panel = Panel.FRONTLINE
        found: dict[Cell, dict[str, Json]] = {
            PanelCell(panel): {dimension["id"]: dimension["frontline"] for dimension in dimensions}
        }
        found |= {UnitCell(panel, index[unit["path"]]): unit["frontline"] for unit in units}
        return found | {
            CutCell(panel, number, level["level"]): level["frontline"]
            for number, cut in enumerate(cuts)
            for level in cut["levels"]
        }

    def comments(self) -> list[Json]:
        allowed = {panel.value for panel in Panel if self.table.comments(PanelCell(panel)) is None}
        return shown_comments(self.campaign, allowed)

    def withheld(self) -> list[Json]:
        """Every cell that has people and does not leave: dimensions cell by cell, questions by panel."""
        rows: list[Json] = []
        dimensions = {dimension.id for dimension in self.gathered.layout.dimensions}
        for panel in Panel:
            for statistic in self.gathered.memberships[panel].statistics:
                if ":" not in statistic:
                    rows.extend(self._withheld_cells(panel, statistic, everywhere=statistic in dimensions))
            reason = self.table.comments(PanelCell(panel))
            if reason is not None:
                rows.append({"cell": {"panel": panel.value, "statistic": "comments"}, "reason": reason.value})
        return rows

    def _withheld_cells(self, panel: Panel, statistic: str, *, everywhere: bool) -> Iterator[Json]:
        """Every level of a background question is gone through, also those nobody chose: a level that is missing
        here would tell that one with a single person in it is not empty.
        """
        cells: list[Cell] = [PanelCell(panel)]
        if everywhere:
            cells += [UnitCell(panel, unit) for unit in range(len(self.gathered.units))]
        if everywhere and panel is Panel.FRONTLINE:
            for number, question in enumerate(self.campaign.background):
                levels = self.instrument.background_question(question).options
                cells += [CutCell(panel, number, level) for level in range(1, levels + 1)]
        for cell in cells:
            verdict = self.table.verdict(cell, statistic)
            if isinstance(verdict, Released) and (cell, statistic) in self.compared.kept_back:
                verdict = Withheld(Reason.PROTECTS_ANOTHER)
            if isinstance(verdict, Withheld):
                yield {"cell": self.named(cell, statistic), "reason": verdict.reason.value}

    def named(self, cell: Cell, statistic: str) -> Json:
        named: dict[str, Any] = {"panel": cell.panel.value, "statistic": statistic}
        match cell:
            case PanelCell():
                return named
            case UnitCell(_, unit):
                return named | {"unit": self.gathered.units[unit].path}
            case CutCell(_, question, level):
                return named | {"question": self.campaign.background[question], "level": level}


def shown_comments(campaign: Campaign, panels: Collection[str]) -> list[Json]:
    """What moderators let through, of panels that have people enough."""
    shown = [comment for comment in queries.shown_comments(campaign) if comment.panel in panels]
    SystemRandom().shuffle(shown)  # anew for every snapshot: no order of theirs is left to be read
    return [
        {"panel": comment.panel, "item": comment.item, "text": comment.text, "theme": comment.theme}
        for comment in shown
    ]


def with_comments_of_today(document: Json, campaign: Campaign) -> Json:
    """A draft as it is released: its own numbers, untouched, and the comments as they were moderated since.

    So a release differs from the draft in nothing that a subtraction could use.
    """
    withheld = {
        row["cell"]["panel"] for row in document["withheld"] if row["cell"]["statistic"] == "comments"
    }
    panels = {panel.value for panel in Panel} - withheld
    return {**document, "comments": shown_comments(campaign, panels)}
