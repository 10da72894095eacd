"""Writes an instrument's files the way a consultant would: a 7-point survey with 8 for don't know."""

from pathlib import Path

STRUCTURE = """\
id: perception
version: 3
languages: [en]
dimensions:
  - {id: purpose}
  - {id: other, headline: false}
scales:
  - {id: agree7, options: 7, dont_know: 8}
sections:
  - id: job
    items:
      - {id: A2b, kind: agree, dimension: purpose, scale: agree7, reverse: true}
      - {id: A2c, kind: agree, dimension: purpose, scale: agree7, reverse: true}
  - id: agency
    items:
      - {id: A3a, kind: agree, dimension: other, scale: agree7, reverse: true}
background:
  - {id: D1, options: 3}
"""

ENGLISH = """\
title: Employee perceptions
intro: How you see your work.
dimensions:
  purpose: {title: Purpose, about: Is it clear what work is for?}
  other: {title: Other, about: How is the rest?}
sections:
  job: {title: My job, intro: About your job.}
  agency: {title: My agency, intro: About your agency.}
scales:
  agree7:
    options:
      - Strongly agree
      - Moderately agree
      - Mildly agree
      - Neither agree nor disagree
      - Mildly disagree
      - Moderately disagree
      - Strongly disagree
    dont_know: Don't know or does not apply
items:
  A2b: {label: Clear duties, both: I am clear about my duties.}
  A2c:
    label: Contribution
    frontline: I see what my work adds.
    executive: They see what their work adds.
  A3a: {label: Proud, both: I am proud to work here.}
background:
  D1: {label: Size, question: How large is your agency?, options: [Small, Medium, Large]}
"""


def write_seven_point(folder: Path, structure: str = STRUCTURE, **languages: str) -> Path:
    (folder / "instrument.yaml").write_text(structure, encoding="utf-8")
    for language, text in (languages or {"en": ENGLISH}).items():
        (folder / f"{language}.yaml").write_text(text, encoding="utf-8")
    return folder
