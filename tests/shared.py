import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("LATITUDE_SHARED", ROOT.parent / "shared"))


def shared_data(*parts: str) -> Path:
    """A file of the reference data beside the project; the test is skipped where it is absent."""
    path = SHARED.joinpath("data", *parts)
    if not path.exists():
        pytest.skip(f"reference data {'/'.join(parts)} is not beside the project")
    return path
