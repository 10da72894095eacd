from assessment.models.action import Action, ActionState
from assessment.models.api_token import ApiToken
from assessment.models.notice import Notice
from assessment.models.playback import Playback
from assessment.models.release import Preface, Release
from assessment.models.snapshot import ReportBuild, ReportSnapshot, Step
from assessment.models.take_away import TakeAway

__all__ = [
    "Action",
    "ActionState",
    "ApiToken",
    "Notice",
    "Playback",
    "Preface",
    "Release",
    "ReportBuild",
    "ReportSnapshot",
    "Step",
    "TakeAway",
]
