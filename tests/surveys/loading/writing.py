"""Writes the folder of a finished survey the way a client would hand it over; a test changes what it is about."""

from pathlib import Path

from surveys.loading.folder import Folder, read_folder
from surveys.loading.problems import BadInput, Faults
from tests.surveys.instruments.writing import write_seven_point

CAMPAIGN = """\
organization:
  name: Harbour Stores
  timezone: Australia/Perth
  currency: AUD
campaign:
  name: Spring 2015
  opens: 2015-03-02
  closes: 2015-03-27
instrument: perception
policy: {min_group: 5, min_executives: 4, min_comments: 10}
"""
UNITS = """\
path,frontline_headcount,executive_headcount
North/Store 1,20,0
North/Store 2,,
Head office,0,6
"""
RESPONSES = """\
panel,unit,D1,A2b,A2c,A3a
frontline,North/Store 1,1,1,2,7
frontline,North/Store 1,,8,,4
frontline,North/Store 2,3,2,2,2
executive,Head office,2,1,1,1
"""
FILES = {"campaign.yaml": CAMPAIGN, "units.csv": UNITS, "responses.csv": RESPONSES}


def write_folder(folder: Path, files: dict[str, str | bytes | None] | None = None) -> Path:
    """The complete example; `files` replaces some of them, adds others and leaves out what is None."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "perception").mkdir(exist_ok=True)
    write_seven_point(folder / "perception")
    for name, content in {**FILES, **(files or {})}.items():
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def reading(folder: Path) -> tuple[Folder, BadInput]:
    faults = Faults()
    return read_folder(folder, faults), faults.error()


def faults_of(folder: Path, files: dict[str, str | bytes | None]) -> list[str]:
    return [str(fault) for fault in reading(write_folder(folder, files))[1].faults]
