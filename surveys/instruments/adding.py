"""One more language for an instrument: the file is held against what is asked, and all its faults are told at once."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from surveys.instruments.instrument import Instrument
from surveys.instruments.problems import InstrumentError, Problem
from surveys.instruments.reading import read
from surveys.instruments.structure import LANGUAGE, Structure
from surveys.instruments.texts import TextReader


def with_language(instrument: Instrument, language: str, content: bytes) -> Instrument:
    """Another instrument, that asks the same and can also be read in `language`. InstrumentError with every problem.

    A language that is there already is replaced.
    """
    name = f"{language}.yaml"
    problems: list[Problem] = []
    if not LANGUAGE.fullmatch(language):
        problems.append(Problem("language", 1, 1, f"is {language!r}; expected a code like it or pt-BR"))
        raise InstrumentError(problems)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "language.yaml"
        path.write_bytes(content)
        root = read(path, name, problems)
    texts = TextReader(structure_of(instrument), complete=True).read(root) if root else {}
    if problems:
        raise InstrumentError(sorted(set(problems)))
    languages = (*(it for it in instrument.languages if it != language), language)
    return replace(instrument, languages=languages, texts={**instrument.texts, language: texts})


def structure_of(instrument: Instrument) -> Structure:
    return Structure(
        id=instrument.id,
        version=instrument.version,
        dimensions={it.id: it for it in instrument.dimensions},
        scales={it.id: it for it in instrument.scales},
        sections={it.id: it for it in instrument.sections},
        items={it.id: it for it in instrument.items},
        background={it.id: it for it in instrument.background},
        amounts=instrument.amounts,
    )
