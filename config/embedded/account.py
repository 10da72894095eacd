"""Who the server runs as. PostgreSQL refuses to run as root; a system account does it then."""

import os
import pwd
import stat
import subprocess
from pathlib import Path
from typing import Any

SYSTEM_USER = "latitude-db"


def current() -> str:
    return name(os.geteuid())


def name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def for_new_server() -> int | None:
    """The system account's number where we are root (made when missing), else None: ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        return pwd.getpwnam(SYSTEM_USER).pw_uid


def give(path: Path, number: int) -> None:
    os.chown(path, number, pwd.getpwuid(number).pw_gid)


def as_owner(path: Path) -> dict[str, Any]:
    """What `subprocess` needs to run as the owner of `path`; nothing where that is us or we are not root."""
    number = path.stat().st_uid
    if os.geteuid() != 0 or number == 0:
        return {}
    return {"user": number, "group": pwd.getpwuid(number).pw_gid, "extra_groups": []}


def open_the_way(path: Path) -> None:
    """Let the system account pass through the folders above: pass, not list or read."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def open_folder(folder: Path) -> None:
    """Let the system account read the programs, which a strict umask may have kept from it."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if mode != wanted:
            path.chmod(wanted)
