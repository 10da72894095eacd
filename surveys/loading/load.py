"""Bringing in a survey that was run elsewhere: all of it, or nothing and a list of what is wrong where."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from surveys import campaigns, collect
from surveys.instruments.instrument import Panel
from surveys.loading.problems import Faults
from surveys.loading.rows import Answers, UnitRow, read_comments, read_responses, read_units
from surveys.loading.settings_file import CampaignFile, read_campaign_file
from surveys.models import Campaign, Firm, Organization, State, Unit, User
from surveys.models.event import Verb
from surveys.tenancy import within


@dataclass(frozen=True)
class Loaded:
    campaign: Campaign
    responses: dict[Panel, int]


def read_folder(folder: Path) -> tuple[CampaignFile, dict[str, UnitRow], Answers]:
    """Everything in the folder. Raises BadInput with all faults of all files at once."""
    faults = Faults()
    settings = read_campaign_file(folder, faults)
    units = read_units(folder, faults)
    answers = None
    if settings is not None and units:
        answers = read_responses(folder, settings.instrument, units, faults)
        if answers is not None:
            read_comments(folder, settings.instrument, units, answers, faults)
    if len(faults) or settings is None or answers is None:
        faults.raise_all()
    return settings, units, answers


def load_campaign(folder: Path, *, firm: Firm, actor: User | None = None) -> Loaded:
    """Store a finished survey as a closed campaign of `firm`. Raises BadInput; then nothing is stored."""
    settings, units, answers = read_folder(folder)
    with transaction.atomic():
        organization = _organization(settings, firm)
        with within(organization):
            _keep_units(organization, units)
            campaign = _closed_campaign(settings, organization, answers, actor)
            frozen = campaigns.freeze_units(campaign)
            sheets = {(frozen[path].id, panel): block for (path, panel), block in answers.sheets.items()}
            collect.store_answers(campaign, sheets, answers.comments)
            counts = {
                panel: sum(len(block) for (_, whose), block in sheets.items() if whose is panel)
                // campaign.codec.width
                for panel in Panel
            }
            campaigns.record(campaign, Verb.LOADED, actor, answers={p.value: n for p, n in counts.items()})
    return Loaded(campaign, counts)


def _organization(settings: CampaignFile, firm: Firm) -> Organization:
    found = Organization.objects.filter(firm=firm, name__iexact=settings.organization).first()
    if found is not None:
        return found
    made = Organization(
        firm=firm,
        name=settings.organization,
        timezone=settings.timezone,
        currency=settings.currency,
        language=settings.instrument.default_language,
    )
    made.full_clean()
    made.save()
    return made


def _keep_units(organization: Organization, units: dict[str, UnitRow]) -> None:
    """Today's tree takes the folder's units; other units of the organization leave it."""
    Unit.objects.filter(organization=organization).exclude(path__in=list(units)).delete()
    kept = {unit.path: unit for unit in Unit.objects.filter(organization=organization)}
    for depth in range(max((path.count("/") for path in units), default=-1) + 1):
        level = [row for path, row in units.items() if path.count("/") == depth]
        for row in level:
            unit = kept.setdefault(row.path, Unit(organization=organization, path=row.path))
            unit.name = row.path.rsplit("/", 1)[-1]
            unit.parent = kept[row.path.rsplit("/", 1)[0]] if depth else None
            unit.frontline_headcount, unit.executive_headcount = (
                row.frontline_headcount,
                row.executive_headcount,
            )
        Unit.objects.bulk_create(
            [kept[row.path] for row in level],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["name", "parent", "frontline_headcount", "executive_headcount"],
            batch_size=1000,
        )


def _closed_campaign(
    settings: CampaignFile, organization: Organization, answers: Answers, actor: User | None
) -> Campaign:
    campaign = campaigns.create(
        organization=organization,
        name=settings.name,
        instrument=settings.instrument,
        opens_at=settings.opens_at,
        closes_at=settings.closes_at,
        options=campaigns.Options(answers.background, settings.amounts, (), settings.policy),
        actor=actor,
    )
    campaign.state = State.CLOSED
    campaign.save(update_fields=["state"])
    return campaign
