"""Where local things lie. Settings import this, so it starts nothing and imports nothing heavy."""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("LATITUDE_VAR") or ROOT / "var").resolve()
PORT = 5432  # part of the socket's name; nothing listens on TCP
LONGEST_SOCKET = 107  # bytes in sockaddr_un.sun_path, less the closing zero
USER = "postgres"


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL data directory."""

    data: Path
    durable: bool = True

    @property
    def socket_dir(self) -> Path:
        """The data directory itself, or a short one where the path is too long for a socket.

        Computed, not remembered: every process must come to the same place.
        """
        if len(os.fsencode(self.data / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
            return self.data
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path("/tmp") / f"latitude-{digest}"  # noqa: S108  # made owner-only and checked before each start

    def beside(self, suffix: str) -> Path:
        return self.data.with_name(self.data.name + suffix)


def local_cluster(mode: str) -> Cluster:
    """Tests have a server of their own, which need not survive a power cut."""
    return Cluster(VAR / "test-postgres", durable=False) if mode == "test" else Cluster(VAR / "postgres")


def database(mode: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(local_cluster(mode).socket_dir),
        "PORT": str(PORT),
        "NAME": "latitude",
        "USER": os.environ.get("LATITUDE_DATABASE_ROLE") or USER,
    }


def local_secret(name: str) -> str:
    """A secret of this checkout, made once, readable by its owner only.

    It appears under its name complete or not at all, so that two first starts agree on one.
    """
    file = VAR / name
    if not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=VAR, prefix=f".{name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(secrets.token_urlsafe(32))
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return file.read_text("utf-8").strip()
