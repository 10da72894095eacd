"""Pictures of a report's files: `.venv/bin/python docs/pictures/files.py DOCUMENT.json`, from the root of the project.

DOCUMENT.json is what the report's page offers as JSON. Slides and workbook are drawn by LibreOffice, the PDF by
poppler: `soffice` and `pdftoppm` have to be there.
"""

# a script, not a package

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGES = {"pdf": (1, 3, 4), "pptx": (1, 2, 4), "xlsx": (1,)}
WIDTH, COLOURS = 900, 64


def drawn(kind: str, file: Path) -> Path:
    """The file as a PDF."""
    if kind == "pdf":
        return file
    where = file.parent / "drawn"
    home = {**os.environ, "HOME": str(file.parent)}
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(where), str(file)]
    subprocess.run(command, check=True, env=home, capture_output=True)
    return where / f"{file.stem}.pdf"


def take(kind: str, page: int, source: Path) -> None:
    raw = source.parent / f"{kind}-{page}"
    wanted = ["-f", str(page), "-l", str(page), "-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    command = ["pdftoppm", "-png", "-singlefile", *wanted, str(source), str(raw)]
    subprocess.run(command, check=True, capture_output=True)
    path = HERE / f"file-{kind}-{page}.png"
    picture = Image.open(raw.with_suffix(".png")).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {picture.width} x {picture.height}, {path.stat().st_size // 1024} KB")


def main() -> None:
    for program in ("soffice", "pdftoppm"):
        if shutil.which(program) is None:
            sys.exit(f"There is no {program} on this machine.")
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from assessment.renderers.making import made  # noqa: PLC0415  # after Django's settings
    from assessment.report import compose  # noqa: PLC0415

    report = compose(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        for kind, pages in PAGES.items():
            file = Path(folder) / f"report.{kind}"
            file.write_bytes(made(report, kind, language="en"))
            source = drawn(kind, file)
            for page in pages:
                take(kind, page, source)


if __name__ == "__main__":
    main()
