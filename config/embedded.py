"""The local PostgreSQL: database and broker of a site that was given neither."""

import secrets
from pathlib import Path
from typing import Any

VAR = Path(__file__).resolve().parent.parent / "var"


def local_secret(name: str) -> str:
    """A secret of this checkout, made once, readable by its owner only."""
    file = VAR / name
    if not file.exists():
        VAR.mkdir(exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), "utf-8")
    return file.read_text("utf-8").strip()


def database() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(VAR / "postgres"),
        "NAME": "latitude",
        "USER": "postgres",
    }
