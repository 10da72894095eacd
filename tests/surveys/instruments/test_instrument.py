import json
from typing import Any

import pytest

from surveys.instruments.instrument import Instrument, ItemKind, Panel
from surveys.instruments.loading import load_installed

pytestmark = pytest.mark.pure

INSTRUMENT = load_installed("empowered-service")


def stored() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(INSTRUMENT.to_json()))
    return document


def test_it_comes_back_from_json_the_same() -> None:
    again = Instrument.from_json(stored())
    assert again == INSTRUMENT
    assert again.digest() == INSTRUMENT.digest()
    assert len(again.digest()) == 64


def test_one_changed_word_is_another_digest() -> None:
    document = stored()
    document["texts"]["es"]["item.rules-old.frontline"] += " hoy"
    assert Instrument.from_json(document).digest() != INSTRUMENT.digest()


def test_a_stored_instrument_without_a_text_is_refused() -> None:
    document = stored()
    del document["texts"]["es"]["item.rules-old.frontline"]
    with pytest.raises(
        ValueError, match=r"es texts of empowered-service lack or add: item\.rules-old\.frontline"
    ):
        Instrument.from_json(document)
    document["texts"]["es"] = dict(INSTRUMENT.texts["es"]) | {"item.other.label": "x"}
    with pytest.raises(ValueError, match=r"item\.other\.label"):
        Instrument.from_json(document)


@pytest.mark.parametrize("key", ["id", "items", "texts", "amounts"])
def test_what_is_no_stored_instrument_is_refused(key: str) -> None:
    document = stored()
    del document[key]
    with pytest.raises(ValueError, match="not a stored instrument"):
        Instrument.from_json(document)
    document = stored()
    document["items"][0]["kind"] = "slider"
    with pytest.raises(ValueError, match="slider"):
        Instrument.from_json(document)


def test_what_is_not_there_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="no item 'x'"):
        INSTRUMENT.item("x")
    with pytest.raises(ValueError, match="no background question 'x'"):
        INSTRUMENT.background_question("x")
    with pytest.raises(ValueError, match="not written in 'ja'"):
        INSTRUMENT.title("ja")
    with pytest.raises(ValueError, match="'x' is not a role"):
        INSTRUMENT.with_role("x")
    with pytest.raises(ValueError, match="no text"):
        INSTRUMENT.dont_know_label("obstacles", "en", Panel.FRONTLINE)


def test_items_are_found_by_what_they_are() -> None:
    assert [item.step for item in INSTRUMENT.items_of(ItemKind.LADDER)] == [1, 2, 3, 4, 5]
    assert [item.id for item in INSTRUMENT.items_in("promise")] == [
        "promise-kept",
        "promise-attention",
        "promise-lost",
        "promise-family",
    ]
    obstacles = INSTRUMENT.with_role("obstacles")
    assert obstacles is not None
    assert (obstacles.kind, obstacles.options, obstacles.max_choices) == (ItemKind.MULTI, 8, 3)


def test_option_labels_follow_the_panel() -> None:
    assert INSTRUMENT.option_labels("ladder-3", "en", Panel.FRONTLINE)[0] == "I do, on the spot"
    assert INSTRUMENT.option_labels("ladder-3", "en", Panel.EXECUTIVE)[0] == "The person serving, on the spot"
    assert INSTRUMENT.option_labels("open", "en", Panel.EXECUTIVE) == ()
