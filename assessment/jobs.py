"""The tasks of this package that pages ask for; see surveys.jobs."""

from enum import StrEnum


class Job(StrEnum):
    MAKE_TAKE_AWAY = "assessment.tasks.make_take_away"
    RELEASE_REPORT = "assessment.tasks.release_report"
    WRITE_EXPORT = "assessment.tasks.write_export"
