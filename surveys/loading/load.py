"""Bringing in a survey that was run elsewhere: all of it, or nothing and a list of what is wrong where."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from surveys import campaigns, collect
from surveys.instruments.instrument import Instrument, Panel
from surveys.loading.folder import read_folder
from surveys.loading.problems import Faults
from surveys.loading.settings_file import NAME, CampaignFile
from surveys.loading.units import Units
from surveys.models import Campaign, CampaignUnit, Firm, Organization, State, Unit, User
from surveys.models.event import Verb
from surveys.tenancy import within

BATCH = 1_000


@dataclass(frozen=True)
class Loaded:
    campaign: Campaign
    responses: dict[Panel, int]


def load_campaign(folder: Path, *, firm: Firm, actor: User | None = None) -> Loaded:
    """Store a finished survey as a closed campaign of `firm`. Raises BadInput; then nothing is stored."""
    faults = Faults()
    found = read_folder(folder, faults)
    settings, instrument, units, answers = found.settings, found.instrument, found.units, found.answers
    with transaction.atomic():
        Firm.objects.select_for_update().get(id=firm.id)  # two loads of one new client: one after the other
        organization = None if settings is None else _known_organization(settings, firm, faults)
        if faults.count or settings is None or instrument is None or units is None or answers is None:
            raise faults.error()
        organization = organization or _new_organization(settings, instrument, firm)
        with within(organization):
            campaign = _closed_campaign(settings, instrument, organization, answers.background, actor)
            frozen = _keep_units(campaign, units)
            sheets = {(frozen[path].id, panel): block for (path, panel), block in answers.sheets.items()}
            collect.store_answers(campaign, sheets, answers.comments)
            counts = {panel: answers.count(panel) for panel in Panel}
            campaigns.record(campaign, Verb.LOADED, actor, answers=campaigns.told(campaign, counts))
    return Loaded(campaign, counts)


def _known_organization(settings: CampaignFile, firm: Firm, faults: Faults) -> Organization | None:
    """The client of that name. Where its zone or currency is another one, somebody is mistaken about one of them."""
    known = Organization.objects.filter(firm=firm, name__iexact=settings.organization).first()
    if known is not None:
        for key in ("timezone", "currency"):
            given, kept = getattr(settings, key), getattr(known, key)
            if given != kept:
                what = f"organization > {key}: is {given!r}; expected {kept!r}, as {known.name} has it here"
                faults.add(NAME, settings.lines[key], what)
    return known


def _new_organization(settings: CampaignFile, instrument: Instrument, firm: Firm) -> Organization:
    made = Organization(
        firm=firm,
        name=settings.organization,
        timezone=settings.timezone,
        currency=settings.currency,
        language=instrument.default_language,
    )
    made.full_clean()
    made.save()
    return made


def _closed_campaign(
    settings: CampaignFile,
    instrument: Instrument,
    organization: Organization,
    background: tuple[str, ...],
    actor: User | None,
) -> Campaign:
    campaign = campaigns.create(
        organization=organization,
        name=settings.name,
        instrument=instrument,
        opens_at=settings.opens_at,
        closes_at=settings.closes_at,
        options=campaigns.Options(background, settings.amounts, (), campaigns.Policy(**settings.policy)),
        actor=actor,
    )
    campaign.state = State.CLOSED
    campaigns.start_terms(campaign, timezone.now())
    campaign.save(update_fields=["state", "answers_until", "records_until"])
    return campaign


def _keep_units(campaign: Campaign, units: Units) -> dict[str, CampaignUnit]:
    """The wave's own tree, by path. It becomes today's tree too, unless a later wave has made that already."""
    later = Campaign.objects.filter(
        organization=campaign.organization_id, closes_at__gt=campaign.closes_at
    ).exists()
    if not later:
        _renew_tree(campaign.organization, units)
    today = dict(Unit.objects.filter(organization=campaign.organization_id).values_list("path", "id"))
    frozen: dict[str, CampaignUnit] = {}
    for path, row in units.items():  # parents come first
        frozen[path] = CampaignUnit(
            campaign=campaign,
            unit_id=today.get(path),
            parent=frozen.get(path.rpartition("/")[0]),
            path=path,
            frontline_headcount=row.headcounts[Panel.FRONTLINE],
            executive_headcount=row.headcounts[Panel.EXECUTIVE],
        )
    CampaignUnit.objects.bulk_create(frozen.values(), batch_size=BATCH)
    return frozen


def _renew_tree(organization: Organization, units: Units) -> None:
    """Units that the folder does not have leave today's tree; earlier waves keep their frozen copies."""
    Unit.objects.filter(organization=organization).exclude(path__in=list(units)).delete()
    tree = {unit.path: unit for unit in Unit.objects.filter(organization=organization)}
    for path, row in units.items():
        above, _, name = path.rpartition("/")
        unit = tree.setdefault(path, Unit(organization=organization, path=path))
        unit.name, unit.parent = name, tree.get(above)
        unit.frontline_headcount = row.headcounts[Panel.FRONTLINE]
        unit.executive_headcount = row.headcounts[Panel.EXECUTIVE]
    Unit.objects.bulk_create(
        [tree[path] for path in units],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "parent", "frontline_headcount", "executive_headcount"],
        batch_size=BATCH,
    )
