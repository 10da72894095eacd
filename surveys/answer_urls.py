"""What respondents ask for. None of it knows a session or a cookie: views/respondents_first.py."""

from django.urls import path

from surveys.views import kiosk, proof, respondent, standing

urlpatterns = [
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
