from surveys.models.access_invite import AccessInvite
from surveys.models.account import Membership, Role, User
from surveys.models.ballot import AnswerBlock, Ballot, Comment
from surveys.models.campaign import (
    Campaign,
    CampaignUnit,
    Channel,
    InstrumentVersion,
    KeyProbe,
    Pass,
    ProofKey,
    State,
)
from surveys.models.certificate import Certificate, Destroyed
from surveys.models.event import Event
from surveys.models.export import Export, ExportPiece, ExportState
from surveys.models.firm_deck import FirmDeck
from surveys.models.firm_event import FirmEvent, FirmVerb
from surveys.models.gateway import Gateway
from surveys.models.import_ import Import, ImportKind, ImportState
from surveys.models.kiosk import Kiosk
from surveys.models.message import (
    CodeSheet,
    Invitation,
    InvitationState,
    Mailing,
    MailingState,
    Message,
    MessageKind,
    Unreachable,
    Way,
    Why,
)
from surveys.models.organization import Firm, Organization, Unit
from surveys.models.participation import ParticipationCount
from surveys.models.person import Person
from surveys.models.token import SigningKey, SpentToken

__all__ = [
    "AccessInvite",
    "AnswerBlock",
    "Ballot",
    "Campaign",
    "CampaignUnit",
    "Certificate",
    "Channel",
    "CodeSheet",
    "Comment",
    "Destroyed",
    "Event",
    "Export",
    "ExportPiece",
    "ExportState",
    "Firm",
    "FirmDeck",
    "FirmEvent",
    "FirmVerb",
    "Gateway",
    "Import",
    "ImportKind",
    "ImportState",
    "InstrumentVersion",
    "Invitation",
    "InvitationState",
    "KeyProbe",
    "Kiosk",
    "Mailing",
    "MailingState",
    "Membership",
    "Message",
    "MessageKind",
    "Organization",
    "ParticipationCount",
    "Pass",
    "Person",
    "ProofKey",
    "Role",
    "SigningKey",
    "SpentToken",
    "State",
    "Unit",
    "Unreachable",
    "User",
    "Way",
    "Why",
]
