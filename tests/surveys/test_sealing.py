"""The ballot box's lock: what fits, what does not, and that size and order tell nothing."""

import base64
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from surveys import sealing
from surveys.instruments.instrument import Panel
from surveys.models import Ballot
from surveys.sealing import BLOCK, BallotSeal, SealingError, room_for
from surveys.tenancy import within
from tests.world import World

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(32)).decode()
CAMPAIGN, BALLOT, UNIT = uuid4(), uuid4(), uuid4()


@pytest.fixture(autouse=True)
def master(settings: object) -> None:
    settings.MASTER_KEY = KEY  # type: ignore[attr-defined]


@pytest.fixture
def seal() -> BallotSeal:
    return BallotSeal(CAMPAIGN, sealing.new_wrapped_key(CAMPAIGN))


def sealed(seal: BallotSeal, ballot: UUID = BALLOT, **comments: str) -> bytes:
    return seal.seal(ballot, unit=UNIT, panel=Panel.EXECUTIVE, sheet=b"\x01\x00\xff", comments=comments)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(
    sheet=st.binary(min_size=1, max_size=206),
    panel=st.sampled_from(Panel),
    comments=st.dictionaries(st.sampled_from(["open", "why", "más"]), words),
    unit=st.uuids(),
)
@examples(max_examples=60)
def test_what_was_sealed_comes_out_again(
    sheet: bytes, panel: Panel, comments: dict[str, str], unit: UUID
) -> None:
    seal = BallotSeal(CAMPAIGN, WRAPPED, room=8192)
    box = seal.seal(BALLOT, unit=unit, panel=panel, sheet=sheet, comments=comments)
    opened = seal.open(BALLOT, box)
    assert (opened.unit, opened.panel, opened.sheet, opened.comments) == (unit, panel, sheet, comments)


def _wrapped() -> bytes:
    """A key made before any test: Hypothesis' examples share it."""
    key = base64.urlsafe_b64decode(KEY)
    return sealing._encrypt(key, bytes(32), b"campaign" + CAMPAIGN.bytes)


WRAPPED = _wrapped()


def test_equal_answers_are_sealed_differently_and_equally_long(seal: BallotSeal) -> None:
    boxes = [sealed(seal, open=text) for text in ("", "No.", "No.", "x" * 150)]
    assert len(set(boxes)) == len(boxes)
    assert len({len(box) for box in boxes}) == 1


def test_how_much_was_written_does_not_show(world: World) -> None:
    """One length a campaign. Sizes in classes would name the only one who wrote at length, through the pass."""
    campaign = world.open_campaign()
    for text in ("", "No.", "x" * 600, "\N{EARTH GLOBE EUROPE-AFRICA}" * 300, "\u4e2d" * 600):
        world.answer(campaign, open=text)
    with within(world.organization):
        assert len({len(bytes(ballot.sealed)) for ballot in Ballot.objects.all()}) == 1


@given(st.dictionaries(st.sampled_from(["open", "why", "más"]), st.integers(0, 700)), st.integers(1, 206))
@examples(max_examples=60)
def test_the_longest_legal_answer_fits(texts: dict[str, int], width: int) -> None:
    """Whatever is written: what a browser counts as two is the longest either way."""
    seal = BallotSeal(CAMPAIGN, WRAPPED, room=room_for(width, texts))
    longest = {name: "\u4e2d" * length for name, length in texts.items()}
    box = seal.seal(BALLOT, unit=UNIT, panel=Panel.FRONTLINE, sheet=bytes(width), comments=longest)
    assert len(box) - sealing.NONCE_BYTES - 16 == room_for(width, texts)
    assert len(box) % BLOCK == (sealing.NONCE_BYTES + 16) % BLOCK


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_is_longer_than_two_bytes_a_unit(text: str) -> None:
    units = len(text.encode("utf-16-le")) // 2
    assert len(sealing._text(text)) <= sealing.LENGTH.size + 2 * units
    assert sealing.unpacked(sealing._text("open") + sealing._text(text)) == {"open": text}


def test_a_ballot_of_before_is_read() -> None:
    """Texts were always UTF-8, with their length before them."""
    text = "\u4e2d\u6587".encode()
    assert sealing.unpacked(sealing._text("open") + len(text).to_bytes(4) + text) == {"open": "\u4e2d\u6587"}


def test_more_than_a_campaigns_answers_can_be_is_refused(seal: BallotSeal) -> None:
    with pytest.raises(SealingError, match="this campaign's have 256"):
        sealed(seal, open="x" * 256)


@pytest.mark.parametrize("at", [0, sealing.NONCE_BYTES, -1])
def test_a_changed_ballot_does_not_open(seal: BallotSeal, at: int) -> None:
    box = bytearray(sealed(seal))
    box[at] ^= 1
    with pytest.raises(SealingError, match="changed after it was sealed"):
        seal.open(BALLOT, bytes(box))


def test_a_ballot_opens_under_its_own_id_and_campaign_only(seal: BallotSeal) -> None:
    box = sealed(seal)
    with pytest.raises(SealingError):
        seal.open(uuid4(), box)
    other = uuid4()
    elsewhere = BallotSeal(other, sealing.new_wrapped_key(other))
    with pytest.raises(SealingError):
        elsewhere.open(BALLOT, box)


def test_a_campaigns_key_cannot_be_moved_to_another_campaign() -> None:
    with pytest.raises(SealingError, match="is not the one it was wrapped with"):
        BallotSeal(uuid4(), sealing.new_wrapped_key(CAMPAIGN))


def test_another_master_key_opens_nothing(settings: object) -> None:
    wrapped, probe = sealing.new_wrapped_key(CAMPAIGN), sealing.sealed_probe()
    sealing.check_probe(probe)
    settings.MASTER_KEY = OTHER_KEY  # type: ignore[attr-defined]
    with pytest.raises(SealingError, match="LATITUDE_MASTER_KEY is not the one"):
        BallotSeal(CAMPAIGN, wrapped)
    with pytest.raises(SealingError, match="is not the key this site works with"):
        sealing.check_probe(probe)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds 0 bytes; expected 32"),
        (base64.urlsafe_b64encode(bytes(16)).decode(), "holds 16 bytes; expected 32"),
        ("é", "is not URL-safe base64"),
        ("a", "is not URL-safe base64"),
    ],
)
def test_a_master_key_that_is_none_is_refused_with_its_variables_name(text: str, said: str) -> None:
    with pytest.raises(SealingError, match=f"LATITUDE_MASTER_KEY {said}"):
        sealing.master_key(text)


@pytest.mark.parametrize("shape", [str, lambda key: key.rstrip("=")])
def test_a_master_key_may_lose_its_padding(shape: Callable[[str], str]) -> None:
    assert sealing.master_key(shape(KEY)) == bytes(range(32))


def test_every_wrapped_key_is_a_new_one() -> None:
    assert len({sealing.new_wrapped_key(CAMPAIGN) for _ in range(5)}) == 5
