from django.urls import path

from surveys import account_urls, client_urls, setup_urls
from surveys.views import (
    health,
    kiosk,
    languages,
    moderation,
    participation,
    proof,
    respondent,
    standing,
    tablets,
    workspace,
)

urlpatterns = [
    path("health", health.health, name="health"),
    *account_urls.urlpatterns,
    *client_urls.urlpatterns,
    *setup_urls.urlpatterns,
    path("campaigns/<uuid:identifier>", workspace.campaign, name="campaign"),
    path("campaigns/<uuid:identifier>/close", workspace.close, name="campaign-close"),
    path("campaigns/<uuid:identifier>/comments", moderation.moderate, name="wave-comments"),
    path("campaigns/<uuid:identifier>/participation", participation.participation, name="wave-participation"),
    path("campaigns/<uuid:campaign>/languages", languages.languages, name="languages"),
    path("campaigns/<uuid:campaign>/tablets", tablets.tablets, name="tablets"),
    path("campaigns/<uuid:campaign>/tablets/<uuid:kiosk>/revoke", tablets.revoke, name="tablet-revoke"),
    path("a/", respondent.enter, name="answer-enter"),
    path("a/questions", respondent.questions, name="answer-questions"),
    path("a/check", respondent.check, name="answer-check"),
    path("a/send", respondent.send, name="answer-send"),
    path("a/thanks", respondent.thanks, name="answer-thanks"),
    path("a/token", proof.sign, name="answer-token"),
    path("a/privacy", standing.privacy, name="answer-privacy"),
    path("a/source/<str:name>", standing.source, name="answer-source"),
    path("a/kiosk", kiosk.kiosk, name="kiosk"),
    path("a/kiosk/token", kiosk.token, name="kiosk-token"),
    path("a/worker.js", standing.worker, name="answer-worker"),
    path("a/without-signal", standing.without_signal, name="answer-without-signal"),
    path("keys/<uuid:campaign>.json", proof.key_list, name="key-list"),
]
