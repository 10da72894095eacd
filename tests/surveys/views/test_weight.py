"""A page that weighs nothing: what a phone loads before it can be read, as it is sent."""

import gzip
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import reverse

from surveys.models import Campaign
from tests.world import World

MOST = 30 * 1024
COMPRESSED = {"accept-encoding": "gzip"}


def test_no_page_weighs_more_than_30_kilobytes_with_style_and_script_in_any_language(world: World) -> None:
    """From the first view to the receipt, and what a late person sees, who comes when it is closed."""
    campaign = world.open_campaign()
    phone = Client(headers=COMPRESSED)
    codes = {language: world.code(campaign) for language in settings.RESPONDENT_LANGUAGES}
    assert {"ar", "hi", "zh-hans"} <= set(codes)
    for language, code in codes.items():
        for name, page in walk(phone, campaign, {"code": code, "language": language}):
            weigh(page, f"{name} in {language}")
            assert page["Content-Language"] == language, name
    world.over(campaign)
    for language, code in codes.items():
        weigh(
            phone.post(reverse("answer-enter"), {"code": code, "language": language}), f"closed in {language}"
        )


def walk(phone: Client, campaign: Campaign, fields: dict[str, str]) -> Iterator[tuple[str, Any]]:
    everything = fields | {f"i-{item.id}": "1" for item in campaign.instrument.items} | {"b-tenure": "1"}
    for step in ("answer-enter", "answer-questions"):
        yield step, phone.post(reverse(step), fields)
    yield "check", phone.post(reverse("answer-check"), everything)
    sent = phone.post(reverse("answer-send"), everything | {"ballot": str(uuid4())})
    yield "receipt", phone.get(sent["Location"])
    yield "used", phone.post(reverse("answer-enter"), fields)
    yield "privacy", phone.get(reverse("answer-privacy"), {"language": fields["language"]})
    for step in ("check", "kept"):
        values = {"step": step, "language": fields["language"]}
        yield f"without signal, {step}", phone.get(reverse("answer-without-signal"), values)


def weigh(page: Any, name: str) -> None:
    assert len(page.content) < weight(page) < MOST, name


def weight(response: Any) -> int:
    page = opened(response)
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    assert {"latitude.css", "survey.css"} <= set(files)
    if "answer.js" in files:
        files.append("blind.js")  # which it imports
    assert not re.search(r"https?://(?!www\.w3\.org)", page), "nothing of a third party"
    parts = [(settings.ROOT / "static" / name).read_bytes() for name in files]
    return len(response.content) + sum(len(gzip.compress(part)) for part in parts)


def opened(response: Any) -> str:
    packed = response.get("Content-Encoding") == "gzip"
    return str((gzip.decompress(response.content) if packed else response.content).decode())
