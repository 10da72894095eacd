"""What the worker is asked to do at once. By name, so that nobody who asks needs to load what the work needs."""

import logging
from enum import StrEnum
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


class Job(StrEnum):
    CLOSE_CAMPAIGN = "surveys.tasks.close_campaign"
    DELETE_CLIENT = "surveys.tasks.delete_client"
    OPEN_CAMPAIGN = "surveys.tasks.open_campaign"
    RUN_IMPORT = "surveys.tasks.run_import"
    SEND_MAIL = "surveys.tasks.send_mail"


def soon(job: StrEnum, *ids: UUID) -> None:
    """Run a task that beat would find due anyway: the queue is a hint, so nobody is told where it is away."""
    words = list(map(str, ids))
    try:  # described nowhere, as config.celery has it of tasks that are loaded
        current_app.send_task(job.value, words, ignore_result=True, argsrepr="(...)", kwargsrepr="{...}")
    except OperationalError as error:
        log.warning("the queue is away, beat will find what is due: %s", type(error).__name__)
