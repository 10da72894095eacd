from django.urls import path

from assessment.views import report
from assessment.renderers.take_away import KINDS

urlpatterns = [
    path("reports/<uuid:campaign>", report.report, name="report"),
    path("reports/<uuid:campaign>/document.json", report.document, name="report-document"),
    *(
        path(f"reports/<uuid:campaign>/report.{kind}", report.take_away, {"kind": kind}, name=f"report-{kind}")
        for kind in KINDS
    ),
]
