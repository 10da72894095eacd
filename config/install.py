"""Makes `.venv` and installs one lock file into it, once. Run as a script by whatever Python there is.

Standard library only: nothing else exists yet when this runs.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INCLUDES = {
    "requirements.txt": ["requirements.txt"],
    "requirements-dev.txt": ["requirements-dev.txt", "requirements.txt"],
}


def main(lock_file: str) -> None:
    if VENV.is_symlink():
        return  # somebody else's environment, and theirs to keep
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not PYTHON.exists() or noted("place") != place():
            make()
        if noted(lock_file) != digest(lock_file):
            install(lock_file)


def noted(name: str) -> str:
    file = VENV / f"latitude-{name}"
    return file.read_text("utf-8") if file.exists() else ""


def note(name: str, text: str) -> None:
    """Inside the environment, so that whoever removes it also removes what was said of it."""
    (VENV / f"latitude-{name}").write_text(text, "utf-8")


def place() -> str:
    """An environment works only where it was made: its scripts begin with its path."""
    return str(VENV)


def digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def make() -> None:
    say(f"making .venv with Python {sys.version.split()[0]}")
    venv.create(VENV, clear=True, with_pip=True)
    note("place", place())


def install(lock_file: str) -> None:
    say(f"installing {lock_file}, once; this takes a minute or two")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input"]
    # The lock file is complete and every line of it is hashed, so there is nothing left to resolve.
    # Not compiled: half of the time of an installation goes into files that are never imported.
    options = ["--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes", "-r"]
    done = subprocess.run([*pip, *options, ROOT / lock_file], check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"latitude: {lock_file} could not be installed; pip's reason is above")
    for name in INCLUDES[lock_file]:
        note(name, digest(name))


def say(text: str) -> None:
    sys.stdout.write(f"latitude: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1])
