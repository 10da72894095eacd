"""The report as a page: what a reader reads, and what stays away."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from assessment.renderers import page
from assessment.renderers.explaining import MEASURES, SECTIONS
from assessment.renderers.kept import Kept
from assessment.renderers.where import View
from assessment.report import Report, compose
from tests.assessment.documents import Json, beside, document, without_executives

CAMPAIGN = uuid4()
STORY = (
    "headline-title",
    "dimensions",
    "ladder",
    "blind_spot",
    "obstacles",
    "soon",
    "where",
    "agreed_strength",
    "items",
    "change",
    "begin",
    "quality",
    "guide",
    "withheld",
)
VOID = {"meta", "link", "input", "br", "img", "hr"}


def drawn(found: Json) -> str:
    return render_to_string("assessment/report.html", page.context(compose(found), CAMPAIGN))


class Outline(HTMLParser):
    """Ids, references to ids, and whether every element is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids += [values["id"]] if "id" in values else []
        self.references += values.get("aria-labelledby", "").split()
        if values.get("href", "").startswith("#"):
            self.references.append(values["href"][1:])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()


@pytest.mark.parametrize(
    "found", [document(), beside(), without_executives()], ids=["plain", "whole", "without executives"]
)
def test_the_page_is_well_formed_and_every_reference_has_its_target(found: Json) -> None:
    outline = Outline(drawn(found))
    assert not outline.open
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.references) <= set(outline.ids)


def test_the_headline_is_a_number_with_its_interval_in_words() -> None:
    html = drawn(document())
    assert "+24.7" in html
    assert "+19.7" in html
    assert "+29.7" in html
    assert "Simulated answers" in html


def test_a_withheld_panel_leaves_words_and_no_number() -> None:
    html = drawn(without_executives())
    assert "The empowerment gap cannot be shown" in html
    assert 'class="exec"' not in html
    assert "No question can be placed" in html
    assert "None" not in re.sub(r"<[^>]*>", "", html)
    said = page.page(compose(without_executives()))
    assert all(not line.executive.text and line.executive.withheld for line in said.items)
    assert not said.first


def test_the_widest_gap_comes_first_and_blind_spots_are_where_to_begin() -> None:
    said = page.page(compose(document()))
    assert next(line.id for line in said.items) == "spot"
    assert [line.id for line, _why in said.first] == ["spot"]
    assert next(field.key for field in said.fields) == "blind_spot"


def test_what_nearly_everybody_answered_is_a_bound() -> None:
    said = {line.id: line for line in page.page(compose(document())).items}
    assert said["fair"].frontline.text == "95 or more"
    steps = page.page(compose(document())).steps
    assert steps[1].frontline.text == "5% or less"


def test_the_ladder_is_in_money_and_says_beyond_where_it_ends_beyond() -> None:
    said = page.page(compose(document()))
    assert [found.amount for found in said.ceilings] == ["€83", "beyond €6,000"]
    assert said.ceilings[1].between == "€1,200 to beyond €6,000"


def test_obstacles_are_sorted_by_the_front_line_and_blind_spots_named() -> None:
    said = page.page(compose(document()))
    assert [row.label for row in said.obstacles] == ["Approvals", "Paperwork"]
    assert said.unseen == "The front line names it and hardly any executive does: Approvals."


def test_dates_are_the_organizations() -> None:
    assert page.page(compose(document())).period == "5 October 2026 to 24 October 2026"  # 1:00 in Madrid


def test_the_promise_is_repeated_with_the_numbers_of_this_campaign() -> None:
    text = " ".join(re.sub(r"<[^>]*>", "", drawn(document())).split())
    assert "no group under 7 people, no executive panel under 4, no comments under 12 people" in text


def test_every_chart_has_a_table_behind_it_and_a_name() -> None:
    html = drawn(document())
    assert html.count('role="img"') == html.count('class="dumbbell"') + 1
    assert html.count('role="img"') == len(re.findall(r'role="img" aria-labelledby="[^"]+"', html))
    assert html.count("The numbers as a table") == 4
    assert (
        "<table" in html.partition('id="items"')[2].partition("</section>")[0]
    )  # behind every question's chart
    assert "style=" not in html
    assert re.findall(r"<script[^>]*>", html) == ['<script type="module" src="/static/report.js">']


def test_positions_stay_machine_readable_in_a_language_with_decimal_commas() -> None:
    with translation.override("es"):
        html = drawn(document())
    assert not re.search(r'(?:c?x[12]?|width)="\d+,', html)
    assert "+24,7" in html


@pytest.mark.parametrize(
    ("step", "states"),
    [
        ("waiting", ["now", "", "", "", ""]),
        ("protecting", ["done", "done", "now", "", ""]),
        ("failed", ["now", "", "", "", ""]),
    ],
)
def test_progress_says_what_is_done_and_what_is_being_done(step: str, states: list[str]) -> None:
    organization = SimpleNamespace(name="Acme", simulated=False)
    campaign = SimpleNamespace(
        id=uuid4(), state="closed", organization=organization, closes_at=None, name="Wave 1"
    )
    said = page.progress(campaign, SimpleNamespace(step=step))  # type: ignore[arg-type]
    assert [found.state for found in said["steps"]] == states
    assert said["failed"] is (step == "failed")
    assert "The report is being built" in render_to_string("assessment/progress.html", said)


def words_of(html: str, section: str) -> str:
    """The text of one section of the page."""
    part = html.partition(f'<section id="{section}"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", part).split())


def test_the_sections_stand_in_the_order_of_the_story() -> None:
    html = drawn(beside())
    places = [html.index(f'id="{name}"') for name in STORY]
    assert places == sorted(places)


def test_every_section_with_numbers_leads_to_what_they_mean() -> None:
    html = drawn(beside())
    explained = set(re.findall(r'<div id="read-(\w+)"', html))
    assert explained == {measure.id for measure in MEASURES}
    assert {measure.id for read in SECTIONS.values() for measure in read} == explained
    for name in STORY:
        if name not in {"guide", "withheld"}:
            part = html.partition(f'id="{name}"')[2].partition("<section id")[0]
            assert '<p class="how small">' in part, name
    for entry in html.partition('<dl class="guide">')[2].partition("</dl>")[0].split("<dt>")[1:]:
        assert entry.count("<dd") == 3  # what it means, how sure it is, how it was made


def test_a_change_is_told_in_a_sentence_with_its_interval() -> None:
    html = drawn(beside())
    text = words_of(html, "change")
    assert "Change since Wave 0" in text
    assert "The gap seems narrower than in Wave 0, by about 6.0 points." in text
    assert "−11.0 to −1.0" in text
    assert "The answers do not tell whether it changed since Wave 0." in text
    assert 'id="change"' not in drawn(document())


def test_weighted_and_careful_numbers_stand_beside_the_plain_ones() -> None:
    text = words_of(drawn(beside()), "quality")
    assert "57.1 1,312 answers, 95% interval 55.0 to 59.2, 98% of all people covered −0.9" in text
    assert "1.12 as sure as 1,171 equal answers" in text
    assert "58.4 1,290 answers, 22 set aside +0.4" in text
    assert "They largely agree with each other." in text
    assert "Groups hardly differ" in text
    assert "Did careless answers matter? Executives" not in text


def test_bounds_reach_the_page_as_words_and_never_as_numbers() -> None:
    made = beside()
    found = made["items"][0]
    found["frontline"] |= {
        "mean": {"at_most": 5.0},
        "sd": None,
        "interval": None,
        "favourable": {"at_most": 0.05},
    }
    found["frontline"] |= {"distribution": [{"at_least": 0.95}, *[{"at_most": 0.05}] * 4]}
    found["gap"] |= {
        "value": {"between": [70.0, 75.0]},
        "interval": None,
        "hedges_g": None,
        "g_interval": None,
    }
    found["gap"] |= {"p": None, "p_adjusted": None}
    made["headline"]["gap"] |= {"value": {"at_least": 30.0}, "interval": None, "g_interval": None, "p": None}
    html = drawn(made)
    line = next(line for line in page.page(compose(made)).items if line.id == "spot")
    assert line.frontline.text == "5 or less"
    assert line.gap.text == "+70.0 to +75.0"
    assert [row.frontline.text for row in line.spread] == ["95% or more", *["5% or less"] * 4]
    assert "+30.0 or more" in html
    assert "None" not in re.sub(r"<[^>]*>", "", html)


def test_a_kept_report_is_drawn_once_for_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "ARTICLES", Kept())
    loads = []

    def load() -> Report:
        loads.append(1)
        return compose(document())

    def get(view: View) -> Any:
        return page.kept_context(page.Source("digest", load), CAMPAIGN, view)

    first = get(View())
    assert len(loads) == 1
    assert get(View())["article"] == first["article"]
    assert get(View("no such dimension"))["article"] == first["article"]
    assert len(loads) == 1
    with translation.override("es"):
        assert get(View())["article"] != first["article"]
    assert get(View("rules"))["article"] != first["article"]
    assert render_to_string("assessment/report.html", first) == drawn(document())
