"""Error reports: where it happened and of which kind, never what was answered."""

import io
import logging
import sys
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from config.logs import Discreet
from surveys import collect
from surveys.tasks import close_campaign
from tests.world import World

PLANTED = "what Maria Keller wrote"


def written(error: BaseException, name: str = "django.request", **context: Any) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Discreet())
    try:
        raise error
    except type(error):
        args = (context,) if context else ()
        text = "Task: %(exc)s" if context else "Internal Server Error: /a/send"
        handler.handle(logging.LogRecord(name, logging.ERROR, "", 0, text, args, sys.exc_info()))
    return stream.getvalue()


@pytest.mark.pure
def test_a_message_that_may_quote_an_answer_is_kept_back() -> None:
    for error in (
        ValueError(PLANTED),
        IntegrityError(f"Failing row contains ({PLANTED})"),
        KeyError(PLANTED),
    ):
        said = written(error)
        assert PLANTED not in said
        assert type(error).__name__ in said
        assert "test_logs.py" in said, "the place stays"
        assert PLANTED not in written(error, "celery.app.trace", exc=repr(error))


@pytest.mark.pure
def test_causes_are_kept_back_too_and_helpful_messages_stay() -> None:
    outer = RuntimeError("outer")
    outer.__cause__ = ValueError(PLANTED)
    assert PLANTED not in written(outer)
    assert "ValueError" in written(outer)
    assert "connection refused" in written(OperationalError("connection refused"))


@pytest.fixture
def log() -> Any:
    """What the real configuration writes to standard error."""
    stream, before = io.StringIO(), sys.stderr
    sys.stderr = stream
    try:
        dictConfig(settings.LOGGING)
    finally:
        sys.stderr = before
    yield stream
    dictConfig({**settings.LOGGING, "handlers": {"stderr": {"class": "logging.NullHandler"}}})


def test_nobody_is_mailed_a_request(log: io.StringIO) -> None:
    names = ["", *logging.root.manager.loggerDict]
    handlers = {type(handler).__name__ for name in names for handler in logging.getLogger(name).handlers}
    assert "AdminEmailHandler" not in handlers


def test_a_crash_while_an_answer_is_stored_says_nothing_of_it(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.code(world.open_campaign())

    def crash(**values: Any) -> None:
        raise IntegrityError(f"Failing row contains {values}")

    monkeypatch.setattr(collect, "submit", crash)
    phone = Client(raise_request_exception=False)
    answered = {"code": code, "ballot": "6f1d0b68-3d4b-4e7c-9d0c-1f2f3f4f5f6f", "i-open": PLANTED}
    assert phone.post(reverse("answer-send"), answered).status_code == 500
    phone.get(reverse("answer-enter") + "0123456789abcdef")
    said = log.getvalue()
    assert "Internal Server Error" in said
    assert "Not Found: /a/..." in said
    for private in (code, PLANTED, "0123456789abcdef", "6f1d0b68"):
        assert private not in said


def test_a_box_that_cannot_be_written_is_logged_without_its_comments(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = world.open_campaign()
    world.answer(campaign, open=PLANTED)
    world.over(campaign)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE surveys_comment ADD CONSTRAINT planted CHECK (text = '')")
    close_campaign.apply(args=(str(campaign.id), str(world.organization.id)))
    said = log.getvalue()
    assert "CheckViolation" in said
    assert PLANTED not in said
