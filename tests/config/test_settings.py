"""A wrong value of any variable stops the start with a sentence that names it."""

import logging
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.embedded import place

pytestmark = pytest.mark.pure

FILE = Path(place.ROOT, "config", "settings.py")
PRODUCTION = {
    "LATITUDE_MODE": "production",
    "SECRET_KEY": "k" * 50,
    "LATITUDE_MASTER_KEY": "m" * 43,
    "LATITUDE_SITE_URL": "https://survey.example.org",
    "DATABASE_URL": "postgresql://u:p@db.example.org/latitude?sslmode=verify-full",
}


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setattr(place, "VAR", tmp_path)
    for name in ("LATITUDE_MODE", "LATITUDE_BEAT_SECONDS", "DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)

    def with_environment(**environment: str) -> dict[str, Any]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(FILE))

    return with_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LATITUDE_MODE", "prod"),
        ("LATITUDE_SITE_URL", "survey.example.org"),
        ("LATITUDE_SITE_URL", "https:///survey"),
        ("LATITUDE_MASTER_KEY_FILE", "/no/such/file"),
        ("DATABASE_URL", "mysql://u@h/d"),
        ("DATABASE_URL", "sqlite:///file"),
        ("DATABASE_URL", "postgresql://u@h:port/d"),
        ("DATABASE_URL", "nonsense"),
        ("CELERY_BROKER_URL", "localhost:5672"),
        ("LATITUDE_BEAT_SECONDS", "0"),
        ("LATITUDE_BEAT_SECONDS", "often"),
        ("LATITUDE_CONNECTION_AGE", "-1"),
        ("LATITUDE_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_named(load: Any, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"\b{name}\b"):
        load(**{name: value})


@pytest.mark.parametrize("name", ["SECRET_KEY", "LATITUDE_MASTER_KEY"])
def test_production_makes_nothing_up(load: Any, name: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"\b{name}\b"):
        load(**{**PRODUCTION, name: ""})
    assert not list(tmp_path.iterdir())


def test_production_is_https_only(load: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match="LATITUDE_SITE_URL"):
        load(**{**PRODUCTION, "LATITUDE_SITE_URL": "http://survey.example.org"})


def test_two_master_keys_are_one_too_many(load: Any, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 43)
    with pytest.raises(ImproperlyConfigured, match="LATITUDE_MASTER_KEY_FILE, not both"):
        load(**{**PRODUCTION, "LATITUDE_MASTER_KEY_FILE": str(file)})
    assert (
        load(**{**PRODUCTION, "LATITUDE_MASTER_KEY": "", "LATITUDE_MASTER_KEY_FILE": str(file)})["MASTER_KEY"]
        == "f" * 43
    )


def test_production_as_it_should_be(load: Any) -> None:
    settings = load(**PRODUCTION)
    assert settings["ALLOWED_HOSTS"] == ["survey.example.org"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["DATABASES"]["default"]["OPTIONS"] == {"sslmode": "verify-full"}


def test_a_local_site_needs_nothing_set(load: Any, tmp_path: Path) -> None:
    settings = load()
    assert settings["MODE"] == "local"
    assert settings["DATABASES"]["default"]["HOST"] == str(tmp_path / "postgres")
    assert {file.name for file in tmp_path.iterdir()} == {"secret_key", "master_key"}


def test_loggers_that_write_out_arguments_and_queries_never_go_below_info(load: Any) -> None:
    loggers = load(LATITUDE_LOG_LEVEL="DEBUG")["LOGGING"]["loggers"]
    assert [loggers[name]["level"] for name in ("celery", "kombu", "django.db")] == [logging.INFO] * 3
