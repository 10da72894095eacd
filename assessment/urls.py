from django.urls import include, path

from assessment.api import api, openapi
from assessment.renderers.take_away import KINDS
from assessment.views import (
    actions,
    comparing,
    exports,
    files,
    foreseeing,
    playback,
    portfolio,
    release,
    report,
    tokens,
    unit,
)

# Without the library's own root, which has nothing to show.
api_patterns = [entry for entry in api.urls[0] if getattr(entry, "name", "") != "api-root"]

urlpatterns = [
    path("", portfolio.home, name="home"),
    path("clients/<uuid:organization>/export", exports.exports, name="client-export"),
    path("clients/<uuid:organization>/export/<uuid:export>", exports.fetch, name="client-export-fetch"),
    path("compare", comparing.clients, name="compare"),
    path("clients/<uuid:organization>/reports", comparing.waves, name="client-reports"),
    path("clients/<uuid:organization>/actions", actions.listed, name="client-actions"),
    path("clients/<uuid:organization>/actions/<uuid:action>", actions.change, name="action"),
    path("clients/<uuid:organization>/tokens", tokens.tokens, name="client-tokens"),
    path(
        "clients/<uuid:organization>/tokens/<uuid:api_token>/revoke",
        tokens.revoke,
        name="client-token-revoke",
    ),
    path("api/v1/openapi.json", openapi, name="api-openapi"),
    path("api/v1/", include(api_patterns)),
    path("campaigns/<uuid:campaign>/playback", playback.setup, name="wave-playback"),
    path("campaigns/<uuid:campaign>/policy", foreseeing.policy, name="wave-policy"),
    path("campaigns/<uuid:campaign>/release", release.release, name="wave-release"),
    path("heard/<str:told>", playback.page, name="heard"),
    path("reports/<uuid:campaign>", report.report, name="report"),
    path("reports/<uuid:campaign>/document.json", report.document, name="report-document"),
    path("reports/<uuid:campaign>/unit", unit.unit_report, name="unit-report"),
    path("reports/<uuid:campaign>/files", files.files, name="report-files"),
    path("reports/<uuid:campaign>/actions/new", actions.new, name="action-new"),
    *(
        path(f"reports/<uuid:campaign>/report.{kind}", files.take_away, {"kind": kind}, name=f"report-{kind}")
        for kind in KINDS
    ),
]
