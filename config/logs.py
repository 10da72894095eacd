"""What may stand in a log: nothing of a respondent's request, nothing of a task's arguments, nothing of a row."""

import logging
import re
import traceback
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

PASS_IN_PATH = re.compile(r"(/a/)[^\s?#'\"]+")
TELLS_THE_MESSAGE = "celery.worker.consumer"  # writes a message it cannot use out in full, arguments included
# The message of any other exception may quote an answer: PostgreSQL's prints the row that a constraint refused.
SAYS_NO_ANSWER = (OSError, OperationalError, ImproperlyConfigured)


class Discreet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.exc_text = "".join(told(error))
        if isinstance(record.args, dict) and "exc" in record.args:  # Celery's line about a failed task
            record.args = {**record.args, "exc": type(error).__name__}
        text = record.getMessage()
        if record.name.startswith(TELLS_THE_MESSAGE):
            text = text.split("\n", 1)[0]
        record.msg, record.args = PASS_IN_PATH.sub(r"\1...", text), ()
        return True


def told(error: BaseException) -> Iterator[str]:
    """A traceback by places and kinds, the first cause first. Messages only where they can't quote a row."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from told(before)
        yield "and then\n"
    yield from traceback.format_tb(error.__traceback__)
    may = isinstance(error, SAYS_NO_ANSWER) or getattr(error, "says_no_answer", False)
    said = str(error) if may else "(the message is kept back)"
    yield f"{type(error).__module__}.{type(error).__qualname__}: {said}\n"
