"""A respondent's request never meets a session, an account or a cookie, whoever is signed in beside it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from surveys import answer_urls
from surveys.views.respondents_first import PREFIXES, RespondentsFirst
from tests.world import World

pytestmark = pytest.mark.django_db

ABOUT_ACCOUNTS = ("django_session", "surveys_user", "auth_", "mfa_", "usersessions")


def steps(world: World) -> Iterator[tuple[str, Any]]:
    """Every address of answer_urls, asked for as a browser does that is signed in to the workspace."""
    campaign = world.open_campaign()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.owner)
    body = {"code": world.code(campaign), "ballot": "0b7b6f0e-8d27-4b7e-8f5f-2f1f1f0d7a10", "secret": "x"}
    arguments: dict[str, Any] = {"key-list": [campaign.pk], "answer-source": ["blind.js"]}
    for name in (str(pattern.name) for pattern in answer_urls.urlpatterns):
        address = reverse(name, args=arguments.get(name, []))
        for method in (browser.get, browser.post):
            yield f"{method.__name__} {name}", (method, address, body)


def test_no_respondent_address_reads_an_account_or_sets_a_cookie(world: World) -> None:
    for name, (method, address, body) in steps(world):
        cookies = dict(method.__self__.cookies)
        with CaptureQueriesContext(connection) as asked:
            answered = method(address, body)
        sql = " ".join(str(query["sql"]) for query in asked)
        assert not [word for word in ABOUT_ACCOUNTS if word in sql], name
        assert dict(method.__self__.cookies) == cookies, name
        assert "Cookie" not in answered.get("Vary", ""), name
        assert not hasattr(answered.wsgi_request, "session"), name
        assert not hasattr(answered.wsgi_request, "user"), name


def test_a_page_of_the_workspace_does_read_them(world: World) -> None:
    """What the test above looks for would be found."""
    browser = Client()
    browser.force_login(world.owner)
    with CaptureQueriesContext(connection) as asked:
        answered = browser.get(reverse("home"))
    sql = " ".join(str(query["sql"]) for query in asked)
    assert "django_session" in sql
    assert "surveys_user" in sql
    assert not isinstance(answered.wsgi_request.user, AnonymousUser)


def test_the_prefixes_are_those_of_the_respondents_addresses_and_of_no_other() -> None:
    theirs = {f"/{pattern.pattern}" for pattern in answer_urls.urlpatterns}
    assert {route for route in routes(get_resolver()) if route.startswith(PREFIXES)} == theirs


def routes(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = f"{before}{pattern.pattern}".replace("^", "")
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, before if str(pattern.pattern) == "^/" else route)


def test_it_is_the_first() -> None:
    assert settings.MIDDLEWARE[0] == "surveys.views.respondents_first.RespondentsFirst"


def test_their_pages_are_as_guarded_as_those_of_the_workspace(client: Client) -> None:
    ours, theirs = client.get(reverse("sign-in")), client.get(reverse("answer-enter"))
    for header in ("X-Frame-Options", "X-Content-Type-Options", "Cross-Origin-Opener-Policy"):
        assert theirs[header] == ours[header]
    policy = "Content-Security-Policy"
    assert set(theirs[policy].split("; ")) == set(ours[policy].split("; "))
    assert "frame-ancestors 'none'" in theirs[policy]
    assert int(theirs["Content-Length"]) == len(theirs.content)


def test_what_is_not_there_is_said_in_their_language(client: Client) -> None:
    missing = client.get("/a/nothing", headers={"accept-language": "es"})
    assert missing.status_code == 404
    assert '<html lang="es"' in missing.content.decode()
    assert missing["X-Frame-Options"] == "DENY"


def test_a_foreign_host_is_refused(client: Client) -> None:
    assert client.get(reverse("answer-enter"), headers={"host": "evil.example"}).status_code == 400


def test_the_language_of_one_request_is_not_that_of_the_next(client: Client) -> None:
    before = translation.get_language()
    client.get(reverse("answer-enter"), headers={"accept-language": "hi"})
    assert translation.get_language() == before


def test_they_too_are_led_to_https() -> None:
    def workspace(_request: HttpRequest) -> HttpResponse:
        raise AssertionError

    with override_settings(SECURE_SSL_REDIRECT=True):
        answered = RespondentsFirst(workspace)(RequestFactory().get("/a/"))
    assert (answered.status_code, answered["Location"]) == (301, "https://testserver/a/")
