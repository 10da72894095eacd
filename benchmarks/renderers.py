"""How long the files of a report with 500 units take: `python -m benchmarks.renderers [DOCUMENT.json]`.

Without a document, the planted one of the tests. Each format runs in a process of its own, so that the first file
pays for imports of its own only; the second is what a warm worker needs. Wall and processor time: on a busy
machine only the second tells.
"""

import copy
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import django

PROMISED = {"pdf": 1.0, "pptx": 1.5, "xlsx": 0.5, "csv": 0.5, "sav": 1.0}
UNITS, RUNS = 500, 3


def enlarged(document: Mapping[str, Any]) -> dict[str, Any]:
    units = [one for one in document["units"] if "/" in one["path"]] or document["units"]
    many = [
        copy.deepcopy(units[number % len(units)]) | {"path": f"Region {number // 25}/Unit {number}"}
        for number in range(UNITS)
    ]
    return {**document, "units": many}


def measure(name: str, text: str) -> list[tuple[float, float, int]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from assessment.renderers import pdf, pptx, table, xlsx  # noqa: PLC0415  # after Django's settings
    from assessment.report import compose  # noqa: PLC0415

    formats: Mapping[str, Callable[..., bytes]] = {
        "pdf": pdf.render,
        "pptx": pptx.render,
        "xlsx": xlsx.render,
        "csv": table.render_csv,
        "sav": table.render_sav,
    }
    report = compose(json.loads(text))
    found = []
    for _run in range(RUNS):
        wall, processor = time.perf_counter(), time.process_time()
        size = len(formats[name](report, language="en"))
        found.append((time.perf_counter() - wall, time.process_time() - processor, size))
    return found


def source() -> dict[str, Any]:
    if sys.argv[1:]:
        read: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text("utf-8"))
        return read
    from tests.assessment.renderers.documents import document  # noqa: PLC0415  # only where no document is given

    return document()


def main() -> None:
    original = source()
    print(f"{'file':6} {'units':>6} {'first':>8} {'warm':>8} {'warm cpu':>9} {'promised':>9} {'KB':>6}")
    for document in (original, enlarged(original)):
        text = json.dumps(document)
        for name, promised in PROMISED.items():
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                runs = pool.apply(measure, (name, text))
            wall, processor = min(run[0] for run in runs[1:]), min(run[1] for run in runs[1:])
            row = f"{runs[0][0]:8.2f} {wall:8.2f} {processor:9.2f} {promised:9.1f} {runs[0][2] // 1024:6}"
            print(f"{name:6} {len(document['units']):6} {row}")


if __name__ == "__main__":
    main()
