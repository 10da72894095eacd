"""A page that weighs nothing: what a phone loads before the first question can be read, compressed as it is sent."""

import gzip
import re

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.world import World

MOST = 30 * 1024


def test_the_first_view_weighs_less_than_30_kilobytes_with_style_and_script_in_every_language(
    world: World,
) -> None:
    code = world.code(world.open_campaign())
    for language in settings.RESPONDENT_LANGUAGES:
        page = Client().post(reverse("answer-enter"), {"code": code, "language": language}).content
        assert weight(page) < MOST, language


def test_the_questions_weigh_less_than_30_kilobytes_too(world: World) -> None:
    code = world.code(world.open_campaign())
    for language in settings.RESPONDENT_LANGUAGES:
        page = Client().post(reverse("answer-questions"), {"code": code, "language": language}).content
        assert weight(page) < MOST, language


def weight(page: bytes) -> int:
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode())
    assert {"latitude.css", "survey.css"} <= set(files)
    if "answer.js" in files:
        files.append("blind.js")  # which it imports
    assert not re.search(r"https?://(?!www\.w3\.org)", page.decode()), "nothing of a third party"
    parts = [page, *((settings.ROOT / "static" / name).read_bytes() for name in files)]
    return sum(len(gzip.compress(part)) for part in parts)
