"""Who gets a message: noted in one transaction, as invitations that wait for their turn."""

from uuid import UUID

from django.utils import timezone

from surveys import gateways, passes
from surveys.delivering import code_of
from surveys.models import Campaign, CampaignUnit, Invitation, InvitationState, Pass, Way
from surveys.reaching import CHUNK, reachable
from surveys.sealing import BallotSeal

UNSENT = (InvitationState.WAITING, InvitationState.SENDING)


def invite(campaign: Campaign, way: Way) -> int:
    """An invitation and a pass for everybody who has none, and a message where the last was given up or never sent.

    Passes are written in the order of their digests, which is none.
    """
    unsent = dict(
        Invitation.objects.filter(campaign=campaign)
        .exclude(state=InvitationState.SENT)
        .values_list("person_id", "id")
    )
    places = dict(CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", "id"))
    asked = set(Invitation.objects.filter(campaign=campaign).values_list("person_id", flat=True))
    seal, now = BallotSeal.of(campaign), timezone.now()
    made, rights, again = [], [], []
    for person in reachable(campaign, way):
        if person.id in unsent:
            again.append(unsent[person.id])
        if person.id in asked or person.unit_id not in places:
            continue
        invitation = Invitation(campaign=campaign, person=person, due_at=now)
        code = passes.digest(code_of(seal, invitation.id))
        made.append(invitation)
        rights.append(Pass(unit_id=places[person.unit_id], panel=person.panel, code_digest=code))
    _hold_back(campaign)
    _wait(campaign, again)
    Invitation.objects.bulk_create(sorted(made, key=lambda one: one.id), batch_size=CHUNK)
    Pass.objects.bulk_create(sorted(rights, key=lambda one: bytes(one.code_digest)), batch_size=CHUNK)
    return len(made) + len(again)


def remind(campaign: Campaign, way: Way) -> int:
    """Those whose pass is neither spent nor exchanged for a token, and whose address works.

    Over a gateway whose log the client can see it goes to everybody who was invited: whom it left out would be told.
    """
    within_reach = {person.id for person in reachable(campaign, way)}
    open_ = None if way is Way.SMS and not _is_apart(campaign) else _unused(campaign)
    seal = BallotSeal.of(campaign)
    invitations = Invitation.objects.filter(campaign=campaign)
    due_ = [
        identifier
        for identifier, person in invitations.values_list("id", "person_id").iterator(chunk_size=CHUNK)
        if person in within_reach and (open_ is None or passes.digest(code_of(seal, identifier)) in open_)
    ]
    _hold_back(campaign)
    _wait(campaign, due_)
    return len(due_)


def _is_apart(campaign: Campaign) -> bool:
    gateway = gateways.of(campaign.organization_id)
    return gateway is not None and gateway.apart


def _unused(campaign: Campaign) -> set[bytes]:
    unused = Pass.objects.filter(unit__campaign=campaign, spent=False, blinded=None)
    return {bytes(one) for one in unused.values_list("code_digest", flat=True)}


def thank(campaign: Campaign, way: Way) -> int:
    """Everybody who could be asked, whether they answered or not: nobody knows."""
    Invitation.objects.filter(campaign=campaign).delete()
    now = timezone.now()
    made = [Invitation(campaign=campaign, person=person, due_at=now) for person in reachable(campaign, way)]
    Invitation.objects.bulk_create(sorted(made, key=lambda one: one.id), batch_size=CHUNK)
    return len(made)


def _hold_back(campaign: Campaign) -> None:
    """What an earlier mailing left waiting in another way waits no more: it is not this one's to send."""
    waiting = Invitation.objects.filter(campaign=campaign, state__in=UNSENT)
    waiting.update(state=InvitationState.FAILED)


def _wait(campaign: Campaign, identifiers: list[UUID]) -> None:
    for at in range(0, len(identifiers), CHUNK):
        Invitation.objects.filter(campaign=campaign, id__in=identifiers[at : at + CHUNK]).update(
            state=InvitationState.WAITING, due_at=timezone.now(), attempts=0, interrupted=False
        )
