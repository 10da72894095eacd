"""What may stand in a log: nothing of a respondent's request and nothing of a task's arguments."""

import logging
import re

PASS_IN_PATH = re.compile(r"(/a/)[^\s?#'\"]+")
TELLS_THE_MESSAGE = "celery.worker.consumer"  # writes a message it cannot use out in full, arguments included


class Discreet(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if record.name.startswith(TELLS_THE_MESSAGE):
            text = text.split("\n", 1)[0]
        record.msg, record.args = PASS_IN_PATH.sub(r"\1...", text), ()
        return True
