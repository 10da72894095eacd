"""The folder of a finished survey, read as a whole, so that all its faults are told at once."""

from dataclasses import dataclass
from pathlib import Path

from surveys.instruments.instrument import Instrument
from surveys.loading.answers import Answers, check_headcounts, read_comments, read_responses
from surveys.loading.problems import Faults
from surveys.loading.settings_file import CampaignFile, read_campaign_file
from surveys.loading.units import Units, read_units


@dataclass(frozen=True)
class Folder:
    """What could be read; only without a fault is it the survey."""

    settings: CampaignFile | None
    instrument: Instrument | None
    units: Units | None
    answers: Answers | None


def read_folder(folder: Path, faults: Faults) -> Folder:
    settings, instrument = read_campaign_file(folder, faults)
    units = read_units(folder, faults)
    answers = None
    if instrument is not None:
        answers = read_responses(folder, instrument, units, faults)
        read_comments(folder, instrument, units, answers, faults)
    if units is not None and answers is not None:
        check_headcounts(units, answers, faults)
    return Folder(settings, instrument, units, answers)
