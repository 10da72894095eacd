"""Answers that come after a report (paper sheets, say): all of them, or nothing and what is wrong where."""

from pathlib import Path

from django.db.models import Sum
from django.db.models.functions import Length

from surveys import campaigns, collect, queries
from surveys.instruments.instrument import Panel
from surveys.loading.answers import COMMENTS, RESPONSES, Answers, read_responses
from surveys.loading.problems import Faults
from surveys.loading.units import UnitRow, Units
from surveys.models import AnswerBlock, Campaign, CampaignUnit, State, User
from surveys.models.event import Verb


def add_answers(campaign: Campaign, folder: Path, *, actor: User | None = None) -> dict[Panel, int]:
    """Store late answers as a batch of their own. Called in the transaction that makes the next report of them.

    Raises BadInput; then nothing is stored. `campaigns.Refused` where there is no report yet, or no answers any more.
    """
    locked: Campaign = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("organization", "instrument_version")
        .get(id=campaign.id)
    )
    if locked.state != State.REPORTED:
        raise campaigns.Refused(
            "Late answers are added to a campaign that is reported and whose answers are still kept;"
            f" this one is {State(locked.state).label}."
        )
    units = {unit.path: unit for unit in queries.campaign_units(locked)}
    answers = _read(locked, folder, units)
    sheets = {(units[path].id, panel): block for (path, panel), block in answers.sheets.items()}
    collect.store_answers(locked, sheets, [], batch=queries.answer_batches(locked) + 1)
    counts = {panel: answers.count(panel) for panel in Panel}
    campaigns.record(locked, Verb.LATE, actor, answers=campaigns.told(locked, counts))
    return counts


def _read(campaign: Campaign, folder: Path, units: dict[str, CampaignUnit]) -> Answers:
    faults = Faults()
    rows: Units = {
        path: UnitRow(path, {p: unit.headcount(p) for p in Panel}, 1) for path, unit in units.items()
    }
    answers = read_responses(folder, campaign.instrument, rows, faults)
    if (folder / COMMENTS).exists():
        told = "late answers are taken without comments: next to the others they would tell who came late"
        faults.add(COMMENTS, 0, f"{told}; expected no such file")
    if answers is not None:
        if answers.background != tuple(campaign.background):
            asked = ", ".join(campaign.background) or "none"
            faults.add(
                RESPONSES, 1, f"expected the background columns of this campaign, in its order: {asked}"
            )
        _check_people(campaign, units, answers, faults)
    if faults.count or answers is None:
        raise faults.error()
    return answers


def _check_people(
    campaign: Campaign, units: dict[str, CampaignUnit], answers: Answers, faults: Faults
) -> None:
    """Together with those who answered before, no more than there are."""
    before = {
        (unit, panel): size // campaign.codec.width
        for unit, panel, size in AnswerBlock.objects.filter(unit__campaign=campaign)
        .values_list("unit_id", "panel")
        .annotate(size=Sum(Length("sheets")))
    }
    for (path, panel), block in answers.sheets.items():
        there = units[path].headcount(panel)
        given = before.get((units[path].id, panel.value), 0) + len(block) // answers.width
        if there is not None and given > there:
            told = (
                f"{path}: {given} answers with those of before, of {there} people in the {panel.value} panel"
            )
            faults.add(RESPONSES, 0, f"{told}; expected {there} at most", column="unit")
