"""The installed questionnaire grown to 40 items and 5 background questions, the size that the promises are for."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from surveys.instruments.loading import STRUCTURE_FILE, installed

MORE = ("purpose", "authority", "rules", "promise", "promise")
QUESTION, LEVELS = "team", 5
ITEMS = 40


def write(folder: Path) -> Path:
    """Write it to a folder of its own, which `simulate --instrument` reads."""
    source = installed()["empowered-service"]
    yaml = YAML(typ="safe")
    structure: dict[str, Any] = yaml.load(source / STRUCTURE_FILE)
    structure["id"] = folder.name
    for number, dimension in enumerate(MORE):
        section = next(one for one in structure["sections"] if one["id"] == dimension)
        section["items"].append(
            {"id": f"more-{number}", "kind": "agree", "dimension": dimension, "scale": "agreement"}
        )
    structure["background"].append({"id": QUESTION, "options": LEVELS})
    items = [item for section in structure["sections"] for item in section["items"]]
    if sum(item["kind"] != "text" for item in items) != ITEMS:
        raise SystemExit(f"The installed questionnaire has changed: MORE must fill it up to {ITEMS} items.")
    folder.mkdir()
    yaml.dump(structure, folder / STRUCTURE_FILE)
    for language in structure["languages"]:
        texts: dict[str, Any] = yaml.load(source / f"{language}.yaml")
        texts["items"] |= {f"more-{number}": _wording(number) for number in range(len(MORE))}
        levels = [f"Team {number + 1}" for number in range(LEVELS)]
        texts["background"][QUESTION] = {"label": "Team", "question": "Which team?", "options": levels}
        yaml.dump(texts, folder / f"{language}.yaml")
    return folder


def _wording(number: int) -> dict[str, str]:
    return {"label": f"More {number}", "frontline": f"More of it, {number}.", "executive": f"More, {number}."}
