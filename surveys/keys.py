"""The master key's care: is it the right one, and giving the open ballot boxes another."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from surveys import campaigns, gateways, sealing
from surveys.models import Campaign, Event, KeyProbe, State
from surveys.models.event import Verb
from surveys.tenancy import across_all, within


@dataclass(frozen=True)
class Rehearsal:
    """What the keys at hand open: boxes by count, and a sentence for each that stays shut."""

    boxes: int
    probe: bool
    problems: tuple[str, ...]


def rehearse(keys: Sequence[bytes] | None = None) -> Rehearsal:
    """Try `keys` (those of the settings by default) on the probe and on every open campaign. Reads only the keys.

    Problems with the settings' own keys are also told to the client's people, once a campaign.
    """
    problems: list[str] = []
    probe = KeyProbe.objects.first()
    if probe is not None:
        try:
            sealing.check_probe(bytes(probe.sealed), keys)
        except sealing.SealingError as error:
            problems.append(str(error))
    with across_all("the master key is one for all organizations"):
        boxes = list(Campaign.objects.filter(state=State.OPEN).order_by("closes_at"))
    for campaign in boxes:
        try:
            sealing.check_wrapped_key(campaign.id, bytes(campaign.wrapped_key or b""), keys)
        except sealing.SealingError:
            problems.append(f"The ballot box of campaign {campaign.id} does not open with the key at hand.")
            if keys is None:
                _tell(campaign)
    return Rehearsal(len(boxes), probe is not None, tuple(problems))


def _tell(campaign: Campaign) -> None:
    with within(campaign.organization_id):
        if not Event.objects.filter(verb=Verb.KEY, detail__id=str(campaign.id)).exists():
            campaigns.record(campaign, Verb.KEY, None, id=str(campaign.id))


@transaction.atomic
def rotate() -> int:
    """Wrap the probe and every open campaign's key with the new master key: all of them or none.

    Ballots stay as they are: their own key does not change. Returns the boxes there are. Running it again is
    harmless. Raises sealing.SealingError.
    """
    probe = KeyProbe.objects.select_for_update().first()
    if probe is not None:
        sealing.check_probe(bytes(probe.sealed))
        probe.sealed = sealing.sealed_probe()
        probe.save()
    with across_all("the master key is one for all organizations"):
        boxes = list(Campaign.objects.select_for_update().filter(state=State.OPEN).order_by("id"))
        for campaign in boxes:
            campaign.wrapped_key = _rewrapped(campaign.id, bytes(campaign.wrapped_key or b""))
            campaign.save(update_fields=["wrapped_key"])
        gateways.reseal()
    return len(boxes)


def _rewrapped(campaign: UUID, wrapped: bytes) -> bytes:
    try:
        return sealing.rewrapped(campaign, wrapped)
    except sealing.SealingError as error:
        raise sealing.SealingError(f"{error} It is campaign {campaign}; nothing was changed.") from error


@transaction.atomic
def give_up(campaign: UUID) -> int:
    """End a campaign whose key is lost: its ballots are noise, and are removed. How many there were.

    Raises campaigns.Refused where the key opens the box after all: then nothing is lost.
    """
    locked = Campaign.objects.select_for_update().get(id=campaign)
    if locked.state != State.OPEN:
        raise campaigns.Refused("Only an open campaign has a box to give up.")
    try:
        sealing.check_wrapped_key(locked.id, bytes(locked.wrapped_key or b""))
    except sealing.SealingError:
        return campaigns.end_unopened(locked)
    raise campaigns.Refused("The key at hand opens this ballot box: close the campaign instead.")
