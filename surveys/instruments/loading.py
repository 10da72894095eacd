"""A folder with instrument.yaml and a file a language becomes an Instrument, or a list of what is wrong."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from surveys.instruments.instrument import Instrument
from surveys.instruments.problems import InstrumentError, Problem
from surveys.instruments.reading import read
from surveys.instruments.structure import Structure, read_structure
from surveys.instruments.texts import TextReader

STRUCTURE_FILE = "instrument.yaml"
_HERE = Path(__file__).parent


def load(folder: Path) -> Instrument:
    """InstrumentError with every problem of the folder's files."""
    problems: list[Problem] = []
    texts: dict[str, dict[str, str]] = {}
    root = read(folder / STRUCTURE_FILE, STRUCTURE_FILE, problems)
    structure = Structure() if root is None else read_structure(root)
    complete = not problems
    for language, node in structure.languages.items():
        name = f"{language}.yaml"
        if not (folder / name).is_file():
            node.report(f"there is no {name}", f"a file {name} beside {STRUCTURE_FILE}")
        elif (file := read(folder / name, name, problems)) is not None:
            texts[language] = TextReader(structure, complete=complete).read(file)
    if complete:
        _refuse_strays(folder, structure, problems)
    if problems:
        raise InstrumentError(sorted(set(problems), key=lambda it: (it.file != STRUCTURE_FILE, it)))
    return Instrument(
        id=structure.id,
        version=structure.version,
        languages=tuple(structure.languages),
        dimensions=tuple(structure.dimensions.values()),
        sections=tuple(structure.sections.values()),
        scales=tuple(structure.scales.values()),
        items=tuple(structure.items.values()),
        background=tuple(structure.background.values()),
        amounts=structure.amounts,
        texts=texts,
    )


def _refuse_strays(folder: Path, structure: Structure, problems: list[Problem]) -> None:
    expected = {STRUCTURE_FILE, *(f"{language}.yaml" for language in structure.languages)}
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.name not in expected:
            what = f"is a file of no language; expected one of {', '.join(sorted(expected))}"
            problems.append(Problem(path.name, 1, 1, what))


def installed() -> Mapping[str, Path]:
    """The instruments that come with Latitude, by their identifier, which is their folder's name."""
    return {path.parent.name: path.parent for path in sorted(_HERE.glob(f"*/{STRUCTURE_FILE}"))}


def languages_installed() -> list[str]:
    """What any installed instrument is written in, told by its files' names: reading them takes a second."""
    return sorted(
        {file.stem for folder in installed().values() for file in folder.glob("*.yaml")}
        - {Path(STRUCTURE_FILE).stem}
    )


@cache
def load_installed(identifier: str) -> Instrument:
    """Read once a process, since it takes a second and every page of the set-up asks for it."""
    folders = installed()
    if identifier not in folders:
        raise ValueError(f"There is no instrument {identifier!r}; expected one of {', '.join(folders)}.")
    return load(folders[identifier])
