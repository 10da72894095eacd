"""The report as a page: what a reader reads, and what stays away."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from assessment.renderers import page
from assessment.report import compose
from tests.assessment.documents import Json, document, without_executives

VOID = {"meta", "link", "input", "br", "img", "hr"}


def drawn(found: Json) -> str:
    return render_to_string("assessment/report.html", page.context(compose(found), uuid4()))


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


@pytest.mark.parametrize("found", [document(), without_executives()], ids=["whole", "without executives"])
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
    assert [line.id for line in said.first] == ["spot"]
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
    assert said.blind_obstacles == ("Approvals",)


def test_dates_are_the_organizations() -> None:
    assert page.page(compose(document())).period == "October 5, 2026 to October 24, 2026"  # 1:00 in Madrid


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
    assert "<script" not in html


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
    campaign = SimpleNamespace(state="closed", organization=organization, closes_at=None, name="Wave 1")
    said = page.progress(campaign, SimpleNamespace(step=step))  # type: ignore[arg-type]
    assert [found.state for found in said["steps"]] == states
    assert said["failed"] is (step == "failed")
    assert "The report is being built" in render_to_string("assessment/progress.html", said)
