"""The API: a client's own released reports, with the numbers of the page, for whoever holds its token."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from assessment import api_tokens
from assessment.models import ApiToken, ReportSnapshot
from assessment.renderers.figures import figures
from assessment.report import compose
from surveys.models import Organization, User
from surveys.tenancy import within
from tests.waves import ordinary, reported
from tests.world import World

schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def token(world: World) -> str:
    with within(world.organization):
        return api_tokens.make(world.organization, "dashboard", world.consultant)


def client(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def snapshot(world: World) -> ReportSnapshot:
    campaign = world.campaign()
    return reported(world, campaign, ordinary(campaign))


def test_a_client_reads_its_waves_its_document_and_its_figures(
    world: World, snapshot: ReportSnapshot
) -> None:
    world.open_campaign("Takes answers")
    reader = client(token(world))
    (wave,) = reader.get(reverse("api-waves")).json()["waves"]
    assert (wave["name"], wave["digest"]) == ("Wave 1", snapshot.digest)
    assert wave["gap"] == snapshot.document["headline"]["gap"]
    assert reader.get(reverse("api-wave", args=[wave["id"]])).json() == snapshot.document
    address = reverse("api-figures", args=[wave["id"]])
    with within(world.organization):
        snapshot.refresh_from_db()
    expected = [asdict(one) for one in figures(compose(snapshot.document))]
    got = reader.get(address, {"limit": 5000}).json()
    assert (got["total"], got["rows"]) == (len(expected), expected)
    some = reader.get(f"{address}?section=dimensions&offset=2&limit=3").json()
    assert some["rows"] == [one for one in expected if one["section"] == "dimensions"][2:5]


def test_a_wrong_request_is_told_what_is_wrong(world: World, snapshot: ReportSnapshot) -> None:
    reader = client(token(world))
    answer = reader.get(reverse("api-figures", args=[snapshot.campaign_id]), {"limit": 100_000})
    assert answer.status_code == 422
    assert answer.json() == {"detail": "limit: Input should be less than or equal to 5000"}


@pytest.mark.parametrize("secret", ["", "latitude_wrong", "latitude_" + "x" * 500])
def test_without_a_token_nothing_is_there(world: World, snapshot: ReportSnapshot, secret: str) -> None:
    assert client(secret).get(reverse("api-wave", args=[snapshot.campaign_id])).status_code == 401


def test_a_token_reads_its_own_client_only(world: World, snapshot: ReportSnapshot) -> None:
    sibling = replace(world, organization=Organization.objects.create(firm=world.firm, name="Sibling"))
    reader = client(token(sibling))
    assert reader.get(reverse("api-waves")).json()["waves"] == []
    for name in ("api-wave", "api-figures"):
        assert reader.get(reverse(name, args=[snapshot.campaign_id])).status_code == 404


def test_a_session_is_no_token(world: World, snapshot: ReportSnapshot) -> None:
    reader = Client()
    reader.force_login(world.executive)
    assert reader.get(reverse("api-wave", args=[snapshot.campaign_id])).status_code == 401


def signed_in(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def test_a_token_is_shown_once_kept_as_a_digest_and_revoked(world: World, snapshot: ReportSnapshot) -> None:
    consultant, address = signed_in(world.consultant), reverse("client-tokens", args=[world.organization.id])
    page = consultant.post(address, {"name": "Board"}).content.decode()
    secret = page.partition('class="secret">')[2].partition("<")[0]
    assert secret.startswith(api_tokens.BEGINS)
    assert secret not in consultant.get(address).content.decode()
    with within(world.organization):
        kept = ApiToken.objects.get()
    assert secret not in str(vars(kept))
    assert kept.last_used is None
    assert client(secret).get(reverse("api-waves")).status_code == 200
    with within(world.organization):
        used = ApiToken.objects.get()
    assert used.last_used is not None
    revoke = reverse("client-token-revoke", args=[world.organization.id, kept.id])
    assert consultant.post(revoke).status_code == 302
    assert client(secret).get(reverse("api-waves")).status_code == 401
    assert "revoked" in consultant.get(address).content.decode()


@pytest.fixture
def case_token(world: World, snapshot: ReportSnapshot) -> Iterator[str]:
    """The requests run in this test's transaction, whose connection no request may close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield token(world)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_the_api_keeps_what_its_document_promises(
    case: Any, case_token: str, snapshot: ReportSnapshot
) -> None:
    if case.path_parameters:
        case.path_parameters["campaign"] = str(snapshot.campaign_id)
    answer = case.call(headers={"Authorization": f"Bearer {case_token}"})
    case.validate_response(
        answer,
        checks=(
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ),
    )
