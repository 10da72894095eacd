"""Units as a heat map: order, colours, what is withheld."""

from assessment.renderers import page
from assessment.renderers.where import FIRST, View, asked, where
from assessment.report import Report, compose
from tests.assessment.documents import DIMENSIONS, NO_GAP, WITHHELD, Json, document, estimate, gap


def unit(path: str, purpose: Json | None, score: float = 40.0) -> Json:
    shown = estimate(score, 12)
    shown.pop("distribution")
    frontline = dict.fromkeys(DIMENSIONS, WITHHELD) | ({"purpose": shown} if purpose is not None else {})
    return {
        "path": path,
        "frontline": frontline,
        "gap": dict.fromkeys(DIMENSIONS, WITHHELD) | ({"purpose": purpose} if purpose is not None else {}),
    }


def report(*units: Json) -> Report:
    return compose(document(units=list(units)))


FOUR = (
    unit("North", gap(12.0)),
    unit("North/Store 1", gap(-31.0)),
    unit("North/Store 2", gap(35.0, "cannot_tell")),
    unit("South", NO_GAP),
)


def test_the_tree_is_the_order_until_a_dimension_is_asked_for() -> None:
    tree = where(report(*FOUR), View())
    assert [(row.name, row.depth) for row in tree.rows] == [
        ("North", 0),
        ("Store 1", 1),
        ("Store 2", 1),
        ("South", 0),
    ]
    by_gap = where(report(*FOUR), View("purpose"))
    assert [row.name for row in by_gap.rows] == ["Store 2", "North", "Store 1", "South"]
    assert by_gap.rows[0].within == "North"
    assert [head.sorted for head in by_gap.heads] == [True, False, False]


def test_a_column_that_does_not_exist_is_the_tree() -> None:
    assert where(report(*FOUR), View("<script>")) == where(report(*FOUR), View())


def test_colour_claims_no_more_than_the_verdict() -> None:
    levels = [row.cells[0].level for row in where(report(*FOUR), View()).rows]
    assert levels == ["warm-1", "cool-3", "", ""]


def test_a_withheld_unit_has_words_and_no_number() -> None:
    (row,) = where(report(unit("North", None)), View()).rows
    assert all(cell.gap == "" and cell.score.withheld and not cell.score.text for cell in row.cells)


def test_a_page_holds_so_many_units_and_leads_to_the_rest() -> None:
    many = report(*(unit(f"Store {number}", gap(float(number % 40))) for number in range(FIRST + 1)))
    assert len(where(many, View()).rows) == FIRST
    assert len(where(many, View(whole=True)).rows) == FIRST + 1
    html = page.draw_units(many, View("purpose"))
    assert "?sort=purpose&amp;units=all#where" in html
    assert f"All {FIRST + 1} groups" in html
    assert 'aria-sort="descending"' in html
    assert "<script" not in html


def test_what_a_reader_asks_for_is_read_from_the_address() -> None:
    assert asked({}) == View()
    assert asked({"sort": "rules", "units": "all"}) == View("rules", whole=True)
