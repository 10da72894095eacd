"""Whether a draft can be opened: everything that stands in the way at once, as data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import sealing
from surveys.formats import language_name
from surveys.instruments.instrument import MAX_BACKGROUND, ItemKind
from surveys.models import Campaign, Channel, Gateway, KeyProbe, Person, Unit


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    REFUSE = "refuse"


class Step(StrEnum):
    """Where it is mended: a part of the set-up page."""

    QUESTIONS = "questions"
    UNITS = "units"
    POLICY = "policy"
    DATES = "dates"
    REACHING = "reaching"


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    step: Step
    sentence: str


def check(campaign: Campaign) -> list[Finding]:
    """In the order of the set-up; a step without a fault says so."""
    units = asked_units(campaign)
    return [
        *_questions(campaign),
        *_units(campaign, units),
        *_dates(campaign),
        *_reaching(campaign, units),
        *_keys(),
    ]


def refusals(campaign: Campaign) -> list[str]:
    return [one.sentence for one in check(campaign) if one.verdict is Verdict.REFUSE]


def asked_units(campaign: Campaign) -> list[Unit]:
    """Today's tree without what is left out, parents first."""
    out: set[UUID] = {UUID(one) for one in campaign.left_out}
    asked: list[Unit] = []
    for unit in Unit.objects.filter(organization=campaign.organization_id).order_by("path"):
        if unit.id in out or unit.parent_id in out:
            out.add(unit.id)
        else:
            asked.append(unit)
    return asked


def _no(step: Step, sentence: str) -> Finding:
    return Finding(Verdict.REFUSE, step, sentence)


def _questions(campaign: Campaign) -> Iterator[Finding]:
    steps, amounts = len(campaign.instrument.items_of(ItemKind.LADDER)), campaign.amounts
    before = True
    if steps != len(amounts):
        sentence = _("The authority ladder has %(steps)d steps, but %(amounts)d amounts were given.")
        yield _no(Step.QUESTIONS, sentence % {"steps": steps, "amounts": len(amounts)})
        before = False
    if any(low >= high for low, high in pairwise(amounts)):
        yield _no(Step.QUESTIONS, _("The amounts of the authority ladder do not rise from step to step."))
        before = False
    if len(campaign.background) > MAX_BACKGROUND:
        yield _no(Step.QUESTIONS, _("There are more than six background questions."))
        before = False
    missing = [language for language in campaign.languages if language not in campaign.instrument.languages]
    for language in missing:
        sentence = _("The questionnaire is not written in %(language)s.")
        yield _no(Step.QUESTIONS, sentence % {"language": language_name(language)})
    if before and not missing:
        yield Finding(Verdict.OK, Step.QUESTIONS, _("The questions are complete."))


def _units(campaign: Campaign, units: list[Unit]) -> Iterator[Finding]:
    if not units:
        yield _no(Step.UNITS, _("The organization has no units: nobody could be invited."))
        return
    for counts, least, known, few, unknown in (
        (
            [unit.frontline_headcount for unit in units],
            campaign.min_group,
            _("On the front line, %(count)d people are asked."),
            _("The front line has %(count)d people, fewer than the %(least)d below which nothing is shown."),
            _(
                "The head count of the front line is not known everywhere: participation cannot be told there."
            ),
        ),
        (
            [unit.executive_headcount for unit in units],
            campaign.min_executives,
            _("Of the executives, %(count)d are asked."),
            _("There are %(count)d executives, fewer than the %(least)d below which nothing is shown."),
            _("The head count of executives is not known everywhere: participation cannot be told there."),
        ),
    ):
        count = sum(number or 0 for number in counts)
        if None in counts:
            yield Finding(Verdict.WARN, Step.UNITS, unknown)
        elif count < least:
            yield _no(Step.UNITS, few % {"count": count, "least": least})
        else:
            yield Finding(Verdict.OK, Step.UNITS, known % {"count": count})


def _dates(campaign: Campaign) -> Iterator[Finding]:
    if campaign.closes_at <= timezone.now():
        yield _no(Step.DATES, _("The closing date has passed."))
    elif campaign.closes_at <= campaign.opens_at:
        yield _no(Step.DATES, _("The closing date is before the opening."))
    else:
        yield Finding(Verdict.OK, Step.DATES, _("The dates are in order."))


def _reaching(campaign: Campaign, units: list[Unit]) -> Iterator[Finding]:
    """A draft that was made without channels (a simulation, a program) is nobody's oversight, so only a warning."""
    channels = set(campaign.channels)
    if not channels:
        yield Finding(Verdict.WARN, Step.REACHING, _("No way to reach people is chosen."))
        return
    people = Person.objects.filter(unit__in=[unit.id for unit in units])
    wanting: Iterable[tuple[Channel, str, str]] = (
        (Channel.EMAIL, "email", _("E-mail is chosen, but nobody who is asked has an e-mail address.")),
        (Channel.SMS, "phone", _("Text messages are chosen, but nobody who is asked has a phone number.")),
    )
    complete = True
    for channel, name, sentence in wanting:
        if channel in channels and not people.exclude(**{name: ""}).exists():
            yield _no(Step.REACHING, sentence)
            complete = False
    if Channel.SMS in channels and not Gateway.objects.filter(organization=campaign.organization_id).exists():
        sentence = _(
            "No gateway for text messages is set up; without one, take the list for them from Codes."
        )
        yield Finding(Verdict.WARN, Step.REACHING, sentence)
        return
    if complete:
        yield Finding(Verdict.OK, Step.REACHING, _("People can be reached."))


def _keys() -> Iterator[Finding]:
    """A wrong master key would be noticed on the day of closing; so it is tried now."""
    probe = KeyProbe.objects.filter(id=1).first()
    try:
        if probe is None:
            sealing.master_key()
        else:
            sealing.check_probe(bytes(probe.sealed))
    except sealing.SealingError as error:
        yield _no(Step.POLICY, str(error))
