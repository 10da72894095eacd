from django.urls import path

from assessment import views
from assessment.renderers.take_away import KINDS

urlpatterns = [
    path("reports/<uuid:campaign>", views.report, name="report"),
    path("reports/<uuid:campaign>/document.json", views.document, name="report-document"),
    *(
        path(f"reports/<uuid:campaign>/report.{kind}", views.take_away, {"kind": kind}, name=f"report-{kind}")
        for kind in KINDS
    ),
]
