from pathlib import Path

import pytest

from surveys.instruments.codec import SheetCodec
from surveys.instruments.instrument import ItemKind, Panel
from surveys.instruments.loading import installed, languages_installed, load, load_installed
from surveys.instruments.problems import InstrumentError
from tests.surveys.instruments.writing import ENGLISH, STRUCTURE, write_seven_point

pytestmark = pytest.mark.pure

FLOW = "{id: A3a, kind: agree, dimension: other, scale: agree7, reverse: true}"
LADDER = """\
      - {id: L1, kind: ladder, step: 1, scale: agree7}
      - {id: L2, kind: ladder, step: 2, scale: agree7}
background:
"""


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(InstrumentError) as caught:
        load(folder)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def test_an_instrument_of_another_kind_loads_the_same_way(tmp_path: Path) -> None:
    instrument = load(write_seven_point(tmp_path))
    assert (instrument.id, instrument.version, instrument.default_language) == ("perception", 3, "en")
    assert [(dimension.id, dimension.headline) for dimension in instrument.dimensions] == [
        ("purpose", True),
        ("other", False),
    ]
    assert all(
        item.kind is ItemKind.AGREE and item.reverse and item.dont_know and item.options == 7
        for item in instrument.items
    )
    assert instrument.wording("A2b", Panel.EXECUTIVE, "en") == "I am clear about my duties."
    assert instrument.wording("A2c", Panel.EXECUTIVE, "en") == "They see what their work adds."
    assert instrument.section_intro("job", Panel.FRONTLINE, "en") == "About your job."
    assert instrument.option_labels("A3a", "en", Panel.FRONTLINE)[6] == "Strongly disagree"
    assert instrument.dont_know_label("A3a", "en", Panel.EXECUTIVE) == "Don't know or does not apply"
    assert instrument.background_labels("D1", "en") == ("Small", "Medium", "Large")


STRUCTURE_MISTAKES = [
    ("id: perception", "id: 5", "1:5: id: is 5; expected a letter, then at most 39 letters"),
    ("version: 3", "version: 0", "2:10: version: is 0; expected a whole number from 1"),
    ("version: 3", "version: true", "2:10: version: is true; expected a whole number"),
    ("version: 3\n", "", "1:1: lacks version; expected the keys id, version"),
    ("languages: [en]", "languages: []", "3:1: languages: is empty; expected at least one language"),
    ("languages: [en]", "languages: en", "3:12: languages: is 'en'; expected a list"),
    ("languages: [en]", "languages: [../en]", "3:13: languages > entry 1: is '../en'; expected a language code"),
    ("languages: [en]", "languages: [en, en]", "3:17: languages > entry 2: 'en' is used twice"),
    ("languages: [en]", "languages: [en, fr]", "3:17: languages > entry 2: there is no fr.yaml; expected a file"),
    ("id: other,", "id: Purpose,", "6:10: dimensions > Purpose > id: 'Purpose' is used twice"),
    ("headline: false", "headline: no", "6:27: dimensions > other > headline: is 'no'; expected true or false"),
    ("{id: other, headline: false}", "other", "6:5: dimensions > entry 2: is 'other'; expected a mapping with id"),
    ("options: 7, dont", "options: 255, dont", "8:27: scales > agree7 > options: is 255; expected a whole number"),
    ("dont_know: 8", "dont_know: 7", "8:41: scales > agree7 > dont_know: 7 is also an option; expected a code outside 1 to 7"),
    ("- id: agency", "- id: job", "14:9: sections > job > id: 'job' is used twice"),
    ("id: A2c", "id: A2B", "13:14: sections > job > items > A2B > id: 'A2B' is used twice, upper and lower case"),
    ("id: A2c", "id: unit", "> id: 'unit' is a column of responses.csv; expected another id"),
    ("kind: agree, dimension: other", "kind: agre, dimension: other", "16:25: sections > agency > items > A3a > kind: is 'agre'; expected one of agree, ladder"),
    ("dimension: other, ", "", "16:9: sections > agency > items > A3a: lacks dimension"),
    ("dimension: other,", "dimension: purpose,", "4:1: dimensions: no item belongs to other"),
    ("dimension: other,", "dimension: others,", "> dimension: 'others' is not defined; expected one of purpose, other"),
    ("reverse: true}\nback", "reversed: true}\nback", "> reversed: is not a known key; expected reverse (did you mean that?)"),
    (FLOW, "{id: A3a, kind: text, max_length: 9999}", "> max_length: is 9999; expected a whole number from 1 to 4000"),
    (FLOW, "{id: A3a, kind: multi, scale: agree7, max_choices: 2}", "> scale: agree7 offers don't know; expected a scale without it"),
    (FLOW, "{id: A3a, kind: choice, scale: agree7, role: open}", "> role: is 'open'; expected one of obstacle-frequency"),
    (FLOW, "A3a", "16:9: sections > agency > items > entry 1: is 'A3a'; expected a mapping"),
    ("background:\n", LADDER.replace("step: 2", "step: 3"), "18:38: sections > agency > items > L2 > step: is 3; expected 2"),
    ("options: 3}", "options: 13}", "18:23: background > D1 > options: is 13; expected a whole number from 2 to 12"),
    ("- {id: D1, options: 3}", "\n".join(f"  - {{id: D{n}, options: 3}}" for n in range(7)).strip(), "17:1: background: 7 questions; expected at most 6"),
    ("id: D1", "id: A3a", "18:10: background > A3a > id: 'A3a' is used twice"),
    ("version: 3", "version: 3\namounts: [10, 20]", "3:1: amounts: 2 amounts; expected 0, one for each ladder item"),
    ("version: 3", "version: 3\nversion: 4", '3:1: found duplicate key "version"'),
    ("scales:", "scales: [", "expected valid YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "expected"), STRUCTURE_MISTAKES)
def test_a_mistake_in_the_structure_is_told_once_and_where(
    tmp_path: Path, right: str, wrong: str, expected: str
) -> None:
    assert STRUCTURE.count(right) == 1
    problems = problems_of(write_seven_point(tmp_path, STRUCTURE.replace(right, wrong)))
    assert problems[0].startswith("instrument.yaml:")
    assert expected in problems[0]
    assert not any("not a known key" in problem for problem in problems[1:])


LANGUAGE_MISTAKES = [
    ("title: Employee", "titel: Employee", "1:1: titel: is not a known key; expected title (did you mean that?)"),
    ("  A3a: {", "  A3b: {", "20:1: items: lacks A3a; expected the keys A2b, A2c, A3a"),
    ("  A3a: {", "  A3b: {", "26:3: items > A3b: is not a known key"),
    ("    executive: They see what their work adds.\n", "", "22:3: items > A2c: lacks executive"),
    ("both: I am proud to work here.", "both: ", "> both: is nothing; expected a text"),
    ("both: I am proud to work here.", "both: 5", '> both: is 5; expected a text (put it in quotes: "…")'),
    ("both: I am proud to work here.", 'both: "proud of {this}"', "> both: has stray braces; expected a text without braces"),
    ("label: Proud", "label: " + "x" * 49, "> label: has 49 characters; expected a label of at most 48"),
    ("      - Mildly disagree\n", "", "11:5: scales > agree7 > options: has 6 texts; expected 7, one for each option"),
    ("- Mildly disagree", "- mildly Agree", "16:9: scales > agree7 > options > entry 5: 'mildly Agree' is there twice"),
    ("    dont_know: Don't know or does not apply\n", "", "10:3: scales > agree7: lacks dont_know"),
    ("[Small, Medium, Large]", "[Small, Medium]", "28:58: background > D1 > options: has 2 texts; expected 3"),
    ("[Small, Medium, Large]", "[]", "background > D1 > options: has 0 texts; expected 3"),
    ("intro: How you see your work.", "intro: {frontline: a, executive: b, board: c}", "2:37: intro > board: is not a known key"),
    ("intro: How you see your work.", "intro: {frontline: a}", "2:1: intro: lacks executive"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "expected"), LANGUAGE_MISTAKES)
def test_a_mistake_in_a_language_is_told_where(tmp_path: Path, right: str, wrong: str, expected: str) -> None:
    assert ENGLISH.count(right) == 1
    problems = problems_of(write_seven_point(tmp_path, en=ENGLISH.replace(right, wrong)))
    assert any(problem.startswith("en.yaml:") and expected in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("wording", "found"),
    [
        ("Who decides?", "has no placeholder"),
        ("About {amount} or {amount}?", "has stray braces"),
        ("About {money}?", "has no placeholder"),
        ("About {amount} of {things}?", "has stray braces"),
    ],
)
def test_a_ladder_wording_has_the_amount_exactly_once(tmp_path: Path, wording: str, found: str) -> None:
    texts = f"  L1: {{label: One, both: 'About {{amount}}?'}}\n  L2: {{label: Two, both: '{wording}'}}\nbackground:"
    folder = write_seven_point(
        tmp_path, STRUCTURE.replace("background:\n", LADDER), en=ENGLISH.replace("background:", texts)
    )
    (problem,) = problems_of(folder)
    assert f"items > L2 > both: {found}; expected {{amount}} once and no other braces" in problem


KINDS = """\
id: kinds
version: 1
languages: [en]
dimensions: []
scales:
  - {id: few, options: 4}
  - {id: many, options: 9}
sections:
  - id: all
    items:
      - {id: M, kind: multi, scale: few, max_choices: 2, role: obstacles}
      - {id: N, kind: multi, scale: few, max_choices: 4}
      - {id: L1, kind: ladder, step: 1, scale: few}
      - {id: L2, kind: ladder, step: 2, scale: few}
amounts: [10, 20]
"""
KINDS_ENGLISH = """\
title: Kinds
intro: All kinds.
sections:
  all: {title: All, intro: All of them.}
scales:
  few: {options: [a, b, c, d]}
  many: {options: [a, b, c, d, e, f, g, h, i]}
items:
  M: {label: Em, both: Which?}
  N: {label: En, both: Which?}
  L1: {label: One, both: "About {amount}?"}
  L2: {label: Two, both: "About {amount}?"}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("scale: few, max_choices: 2", "scale: many, max_choices: 2", "M > scale: many has 9 options; expected"),
        ("step: 2, scale: few", "step: 2, scale: many", "L2 > scale: is many; expected few, as on the steps"),
        ("[10, 20]", "[20, 10]", "15:1: amounts: the amounts 20, 10 do not rise"),
        ("max_choices: 4}", "max_choices: 4, role: obstacles}", "N > role: obstacles is taken; expected each role"),
        ("max_choices: 4}", "max_choices: 5}", "N > max_choices: is 5; expected a whole number from 1 to 4"),
        (
            "amounts:",
            "\n".join(f"      - {{id: T{n}, kind: text, max_length: 9}}" for n in range(200)) + "\namounts:",
            "8:1: sections: 204 items; expected at most 200",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_other_kinds_of_item(tmp_path: Path, right: str, wrong: str, expected: str) -> None:
    assert KINDS.count(right) == 1
    problems = problems_of(write_seven_point(tmp_path, KINDS.replace(right, wrong), en=KINDS_ENGLISH))
    assert any(expected in problem for problem in problems), problems


def test_a_multi_item_of_few_options_has_no_bit_beyond_them(tmp_path: Path) -> None:
    codec = SheetCodec(load(write_seven_point(tmp_path, KINDS, en=KINDS_ENGLISH)))
    two, four, *_ = codec.fields
    assert [byte for byte in range(256) if two.is_legal(byte)] == [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12]
    assert [byte for byte in range(256) if four.is_legal(byte)] == list(range(16))


def test_all_mistakes_at_once_the_structure_first(tmp_path: Path) -> None:
    structure = STRUCTURE.replace("version: 3", "version: x").replace("options: 3}", "options: 1}")
    problems = problems_of(
        write_seven_point(tmp_path, structure, en=ENGLISH.replace("label: Proud", "label: "))
    )
    assert [problem.split(":")[:2] for problem in problems] == [
        ["instrument.yaml", "2"],
        ["instrument.yaml", "18"],
        ["en.yaml", "26"],
    ]


def test_a_second_language_lacks_a_text(tmp_path: Path) -> None:
    structure = STRUCTURE.replace("[en]", "[en, es]")
    spanish = ENGLISH.replace("  A3a: {label: Proud, both: I am proud to work here.}\n", "")
    (problem,) = problems_of(write_seven_point(tmp_path, structure, en=ENGLISH, es=spanish))
    assert problem == "es.yaml:20:1: items: lacks A3a; expected the keys A2b, A2c, A3a"


def test_files_that_are_not_there_not_wanted_or_not_text(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == [
        "instrument.yaml:1:1: cannot be read (No such file or directory); expected a YAML file"
    ]
    write_seven_point(tmp_path)
    (tmp_path / "en.yaml").write_bytes(b"title: a\nintro: \xff")
    (tmp_path / "de.yml").touch()
    assert problems_of(tmp_path) == [
        "de.yml:1:1: is a file of no language; expected one of en.yaml, instrument.yaml",
        "en.yaml:2:1: is not UTF-8 here; expected a file saved as UTF-8",
    ]


@pytest.mark.parametrize(
    "content",
    ["", "hello", "- 1", "1: 2", "? [1]\n: 2", "a: *x", "a: \a", "a: &x [*x]", "!!python/name:os.x y"],
)
def test_whatever_a_file_holds_it_is_refused_in_words(tmp_path: Path, content: str) -> None:
    assert problems_of(write_seven_point(tmp_path, content))
    assert problems_of(write_seven_point(tmp_path, en=content))


def test_byte_order_mark_and_merge_keys_are_read(tmp_path: Path) -> None:
    write_seven_point(tmp_path, en="\ufeff" + ENGLISH.replace("  A3a: {label", "  A3a: &a {label"))
    assert load(tmp_path).label("A3a", "en") == "Proud"
    merged = ENGLISH.replace("  A2b: {label", "  A2b: &a {label").replace(
        "both: I am proud to work here.", "<<: *a"
    )
    assert load(write_seven_point(tmp_path, en=merged)).wording("A3a", Panel.FRONTLINE, "en")


def test_installed_instruments_are_known_by_their_folder() -> None:
    assert "empowered-service" in installed()
    for identifier in installed():
        assert load_installed(identifier).id == identifier
    with pytest.raises(ValueError, match="no instrument 'x'; expected one of empowered-service"):
        load_installed("x")


def test_what_it_is_written_in_is_told_without_reading_it() -> None:
    read = {language for name in installed() for language in load_installed(name).languages}
    assert set(languages_installed()) == read
