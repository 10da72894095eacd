from surveys.models.account import Membership, Role, User
from surveys.models.ballot import AnswerBlock, Ballot, Comment
from surveys.models.campaign import Campaign, CampaignUnit, InstrumentVersion, KeyProbe, Pass, State
from surveys.models.certificate import Certificate, Destroyed
from surveys.models.event import Event
from surveys.models.kiosk import Kiosk
from surveys.models.organization import Firm, Organization, Unit
from surveys.models.person import Person
from surveys.models.token import SigningKey, SpentToken

__all__ = [
    "AnswerBlock",
    "Ballot",
    "Campaign",
    "CampaignUnit",
    "Certificate",
    "Comment",
    "Destroyed",
    "Event",
    "Firm",
    "InstrumentVersion",
    "KeyProbe",
    "Kiosk",
    "Membership",
    "Organization",
    "Pass",
    "Person",
    "Role",
    "SigningKey",
    "SpentToken",
    "State",
    "Unit",
    "User",
]
