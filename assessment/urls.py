from django.urls import path

from assessment.renderers.take_away import KINDS
from assessment.views import exports, portfolio, report

urlpatterns = [
    path("", portfolio.home, name="home"),
    path("clients/<uuid:organization>/export", exports.exports, name="client-export"),
    path("clients/<uuid:organization>/export/<uuid:export>", exports.fetch, name="client-export-fetch"),
    path("reports/<uuid:campaign>", report.report, name="report"),
    path("reports/<uuid:campaign>/document.json", report.document, name="report-document"),
    *(
        path(
            f"reports/<uuid:campaign>/report.{kind}", report.take_away, {"kind": kind}, name=f"report-{kind}"
        )
        for kind in KINDS
    ),
]
