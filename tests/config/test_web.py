"""What a web process holds: nothing of what only the worker works with."""

import inspect
import subprocess
import sys

import pytest
from django.conf import settings

from assessment.jobs import Job as ReportJob
from config.celery import app
from surveys.jobs import Job

WORKERS_OWN = {
    "scipy",
    "statsmodels",
    "pandas",
    "pyreadstat",
    "xlsxwriter",
    "openpyxl",
    "pptx",
    "assessment.snapshot.build",
    "assessment.tasks",
    "surveys.tasks",
}
EVERY_PAGE = """
import sys
import config.wsgi
from django.urls import get_resolver
assert get_resolver().url_patterns
print(*sys.modules)
"""


def test_a_web_process_loads_no_statistics_and_no_office() -> None:
    """Each of them would make every process start later and be larger."""
    command = [sys.executable, "-c", EVERY_PAGE]
    loaded = subprocess.run(command, cwd=settings.ROOT, capture_output=True, text=True, check=True).stdout
    modules = set(loaded.split())
    assert {"assessment.views.report", "surveys.decks", "surveys.importing.reading"} <= modules
    assert modules & WORKERS_OWN == set()


@pytest.mark.parametrize("job", [*Job, *ReportJob])
def test_what_pages_ask_for_is_a_task(job: Job | ReportJob) -> None:
    app.loader.import_default_modules()
    assert list(inspect.signature(app.tasks[job.value].run).parameters)[-1] == "organization"
