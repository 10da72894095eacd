import hashlib
import json
from collections.abc import Callable
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.blind.keylist import KeyList, PublishedKey
from surveys.blind.keys import spki
from surveys.blind.problems import BlindSignatureError
from surveys.instruments.instrument import Panel

pytestmark = pytest.mark.pure

CAMPAIGN = UUID("6a1f4c1e-0000-4000-8000-000000000001")
NORTH = UUID("6a1f4c1e-0000-4000-8000-0000000000a1")
SOUTH = UUID("6a1f4c1e-0000-4000-8000-0000000000b2")


@pytest.fixture(scope="module")
def keys(private: rsa.RSAPrivateKey, other_private: rsa.RSAPrivateKey) -> tuple[PublishedKey, PublishedKey]:
    return (
        PublishedKey(Panel.FRONTLINE, NORTH, spki(private.public_key())),
        PublishedKey(Panel.EXECUTIVE, SOUTH, spki(other_private.public_key())),
    )


def test_document_is_one_whatever_the_order(keys: tuple[PublishedKey, ...]) -> None:
    forward, backward = KeyList.of(CAMPAIGN, keys), KeyList.of(CAMPAIGN, reversed(keys))

    assert forward.document() == backward.document()
    assert forward.digest() == hashlib.sha256(forward.document()).hexdigest()


def test_document_is_canonical_json_and_says_what_it_is(keys: tuple[PublishedKey, ...]) -> None:
    document = KeyList.of(CAMPAIGN, keys).document()
    content = json.loads(document)

    assert document == json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")
    assert content["format"] == "latitude.keys/1"
    assert content["scheme"] == "RSABSSA-SHA384-PSS-Randomized"
    assert content["campaign"] == str(CAMPAIGN)
    assert [(k["panel"], k["unit"]) for k in content["keys"]] == [
        ("executive", str(SOUTH)),
        ("frontline", str(NORTH)),
    ]


def test_document_comes_back(keys: tuple[PublishedKey, ...]) -> None:
    listed = KeyList.of(CAMPAIGN, keys)

    assert KeyList.from_document(listed.document()) == listed


def test_digest_changes_with_the_campaign_and_with_each_key(keys: tuple[PublishedKey, ...]) -> None:
    first, second = keys
    swapped = [
        PublishedKey(first.panel, first.unit, second.spki),
        PublishedKey(second.panel, second.unit, first.spki),
    ]
    lists = [
        KeyList.of(CAMPAIGN, keys),
        KeyList.of(NORTH, keys),
        KeyList.of(CAMPAIGN, [first]),
        KeyList.of(CAMPAIGN, swapped),
    ]

    assert len({listed.digest() for listed in lists}) == len(lists)


def test_a_second_key_for_one_group_is_refused(keys: tuple[PublishedKey, ...]) -> None:
    first, second = keys
    marked = PublishedKey(first.panel, first.unit, second.spki)

    with pytest.raises(BlindSignatureError, match="once"):
        KeyList.of(CAMPAIGN, [first, marked])


def test_one_key_for_two_groups_is_refused(keys: tuple[PublishedKey, ...]) -> None:
    first, _ = keys

    with pytest.raises(BlindSignatureError, match="one panel and unit"):
        KeyList.of(CAMPAIGN, [first, PublishedKey(Panel.EXECUTIVE, NORTH, first.spki)])


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(BlindSignatureError):
        KeyList.of(CAMPAIGN, [])


def test_an_unordered_list_is_refused(keys: tuple[PublishedKey, ...]) -> None:
    with pytest.raises(BlindSignatureError, match="in order"):
        KeyList(CAMPAIGN, keys)


def test_what_is_no_key_is_not_published() -> None:
    with pytest.raises(BlindSignatureError):
        PublishedKey(Panel.FRONTLINE, NORTH, b"key")


@pytest.mark.parametrize(
    "change",
    [
        lambda d: b"",
        lambda d: b"[]",
        lambda d: b"{}",
        lambda d: b"\xff",
        lambda d: d + b"\n",
        lambda d: b"[" * 100_000,
        lambda d: d.replace(b'"executive"', b'"everyone"'),
        lambda d: d.replace(b'"executive"', b"7"),
        lambda d: d.replace(b"PSS-Randomized", b"PSSZERO-Deterministic"),
        lambda d: d.replace(b"keys/1", b"keys/2"),
        lambda d: d.replace(b'"id":"', b'"id":"A', 1),
        lambda d: d.replace(str(NORTH).encode(), str(NORTH).upper().encode()),
        lambda d: d[:-1] + b',"zone":1}',
        lambda d: json.dumps(json.loads(d)).encode(),
    ],
)
def test_a_document_changed_in_any_byte_is_refused(
    keys: tuple[PublishedKey, ...], change: Callable[[bytes], bytes]
) -> None:
    document = change(KeyList.of(CAMPAIGN, keys).document())

    with pytest.raises(BlindSignatureError):
        KeyList.from_document(document)
