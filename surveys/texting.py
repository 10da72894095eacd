"""Text messages: a slice of a mailing, handed to the client's gateway in batches, each signed.

A batch is noted before it is handed over and again afterwards. A worker that is killed between the two hands that
batch over once more, and its messages have the ids they had, by which the gateway knows them.
"""

import datetime as dt
import hashlib
import logging
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F

from surveys import gateways
from surveys.delivering import Slice, remember
from surveys.gateways import Outgoing
from surveys.models import Campaign, Gateway, Invitation, InvitationState, Mailing, Person, Why
from surveys.outbound import Failed, Trouble

log = logging.getLogger(__name__)
BATCH = 100
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("^{}\\[~]|€")  # take two places each


class TextSender(Slice):
    """Hands a slice of one mailing to the client's gateway."""

    def __init__(self, campaign: Campaign, mailing: Mailing) -> None:
        super().__init__(campaign, mailing, settings.TEXTS_PER_MINUTE)
        self.gateway = gateways.of(campaign.organization_id)

    def send(self) -> bool:
        """True where more can be handed over at once."""
        waiting = self.waiting()
        try:
            for at in range(0, len(waiting), BATCH):
                if self.is_over or not self._batch(waiting[at : at + BATCH]):
                    break
        except Failed as why:
            self.rest(dt.timedelta(seconds=why.after), trouble=why.trouble, answered=why.status)
            log.warning("a gateway took nothing, a pause is made: %s", why)
            return False
        finally:
            self.note()
        return self.go_on()

    def _batch(self, batch: Sequence[Invitation]) -> bool:
        """Claim, hand over, note. False where somebody stopped the mailing."""
        if self.gateway is None:
            raise Failed(Trouble.NONE)
        going, ids = self.going(), [one.id for one in batch]
        mine = Invitation.objects.filter(Exists(going), id__in=ids, state=InvitationState.WAITING)
        if not mine.update(state=InvitationState.SENDING, attempts=F("attempts") + 1):
            return going.exists()
        asked = Person.objects.filter(id__in=[one.person_id for one in batch]).exclude(phone="")
        people = {person.id: person for person in asked}
        there = [one for one in batch if one.person_id in people]
        self.becomes([one for one in batch if one.person_id not in people], InvitationState.FAILED)
        if there:
            self._hand_over(self.gateway, there, people)
        return True

    def _hand_over(self, gateway: Gateway, there: Sequence[Invitation], people: dict[UUID, Person]) -> None:
        texts = {one.id: self._outgoing(one, people[one.person_id]) for one in there}
        try:
            refused = gateways.hand_over(gateway, list(texts.values()), about(self.campaign))
        except Failed:
            self.becomes(there, InvitationState.WAITING)
            raise
        never = [one for one in there if texts[one.id].id in refused]
        for one in never:
            remember(self.campaign.organization_id, people[one.person_id].phone, Why.BOUNCED)
        self.becomes(never, InvitationState.BOUNCED)
        self.becomes([one for one in there if one not in never], InvitationState.SENT)

    def _outgoing(self, invitation: Invitation, person: Person) -> Outgoing:
        text, language = self.text(invitation, person)
        once = hashlib.sha256(b"latitude.text" + self.mailing.id.bytes + invitation.id.bytes)
        return Outgoing(once.hexdigest()[:32], person.phone, language, text.body)


def about(campaign: Campaign, *, test: bool = False) -> dict[str, str | bool]:
    """What stands once in a batch. Not whether it is a reminder: what is sent says that to whom it is sent."""
    return {"client": campaign.organization.name, "survey": campaign.name, "test": test}


def parts(text: str) -> int:
    """How many text messages this is paid as: 160 characters are one, 70 where a letter is not in GSM's alphabet."""
    if set(text) <= GSM | TWICE:
        length, one, each = len(text) + sum(sign in TWICE for sign in text), 160, 153
    else:
        length, one, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // each)
