"""A consultant adds a language by one file: all its faults at once, or another version of the questionnaire."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from surveys.instruments import loading
from surveys.instruments.instrument import Panel
from surveys.models import Campaign
from surveys.tenancy import within
from tests.world import World

FRENCH = Path(loading.__file__).parent / "empowered-service" / "fr.yaml"


@pytest.fixture
def consultant(world: World) -> Client:
    client = Client()
    client.force_login(world.consultant)
    return client


def send(client: Client, campaign: Campaign, content: bytes, language: str = "ca") -> tuple[int, str]:
    file = SimpleUploadedFile("texts.yaml", content)
    reply = client.post(reverse("languages", args=[campaign.id]), {"language": language, "file": file})
    return reply.status_code, reply.content.decode()


def again(world: World, campaign: Campaign) -> Campaign:
    with within(world.organization):
        return Campaign.objects.select_related("instrument_version").get(id=campaign.id)


def test_one_file_adds_a_language_and_makes_another_version(world: World, consultant: Client) -> None:
    campaign = world.campaign()
    before = campaign.instrument_version
    assert send(consultant, campaign, FRENCH.read_bytes())[0] == 302
    after = again(world, campaign).instrument_version
    assert after.digest != before.digest
    assert "ca" in after.instrument.languages
    assert after.instrument.wording("rules-sense", Panel.FRONTLINE, "ca").startswith("Nos règles")
    assert "ca" not in before.instrument.languages, "what another wave asks stays as it is"


def test_every_fault_is_told_with_its_place_and_nothing_is_added(world: World, consultant: Client) -> None:
    campaign = world.campaign()
    text = FRENCH.read_text("utf-8").replace("    label: Des limites claires\n", "")
    text = text.replace("{amount}", "{sum}", 1)
    status, page = send(consultant, campaign, text.encode())
    assert status == 422
    assert "ca.yaml:" in page
    assert "lacks label" in page
    assert "no placeholder" in page
    assert again(world, campaign).instrument_version == campaign.instrument_version
    assert send(consultant, campaign, b"title: [", "ca")[0] == 422
    assert send(consultant, campaign, FRENCH.read_bytes(), "../etc")[0] == 422


def test_an_open_wave_keeps_its_words(world: World, consultant: Client) -> None:
    campaign = world.open_campaign()
    assert send(consultant, campaign, FRENCH.read_bytes())[0] == 422
    assert again(world, campaign).instrument_version == campaign.instrument_version
