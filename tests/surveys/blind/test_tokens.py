import contextlib
import hashlib
import secrets
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.blind.client import blind, finalize, prepare
from surveys.blind.keys import SIGNATURE_BYTES, key_id, spki
from surveys.blind.problems import BlindSignatureError
from surveys.blind.signing import blind_sign
from surveys.blind.tokens import NONCE_BYTES, TOKEN_BYTES, Token, token_digest, verify_token

pytestmark = pytest.mark.pure


def issue(private: rsa.RSAPrivateKey) -> Token:
    public = private.public_key()
    prepared = prepare(secrets.token_bytes(NONCE_BYTES))
    blinding = blind(public, prepared)
    reply = blind_sign(private, blinding.blinded)
    return Token(key_id(spki(public)), prepared, finalize(public, prepared, reply, blinding.inverse))


@pytest.fixture(scope="module")
def token(private: rsa.RSAPrivateKey) -> Token:
    return issue(private)


parts = st.tuples(*(st.binary(min_size=size, max_size=size) for size in (32, 64, SIGNATURE_BYTES)))


@settings(max_examples=30)
@given(parts.map(lambda p: Token(*p)))
def test_wire_form_comes_back_as_it_went(token: Token) -> None:
    wire = token.to_wire()

    assert Token.from_wire(wire) == token
    assert len(wire) == 470
    assert set(wire) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@settings(max_examples=50)
@given(st.text(max_size=20), st.integers(0, 470))
def test_text_that_is_no_token_is_refused_with_our_own_error(planted: str, at: int) -> None:
    wire = Token(bytes(32), bytes(64), bytes(SIGNATURE_BYTES)).to_wire()
    text = (wire[:at] + planted + wire[at + len(planted) :])[:470]

    with contextlib.suppress(BlindSignatureError):
        assert Token.from_wire(text).to_wire() == text


@pytest.mark.parametrize(
    "respell",
    [
        lambda w: w + "=",
        lambda w: w + "==",
        lambda w: w + "\n",
        lambda w: " " + w[1:],
        lambda w: w[:-1],
        lambda w: w + "A",
        lambda w: w[:-1] + chr(ord(w[-1]) + 1),
        lambda w: "+" + w[1:],
        lambda w: "é" + w[1:],
    ],
)
def test_a_token_has_one_spelling(respell: Callable[[str], str]) -> None:
    wire = Token(bytes(32), bytes(64), bytes(SIGNATURE_BYTES)).to_wire()

    with pytest.raises(BlindSignatureError):
        Token.from_wire(respell(wire))


@pytest.mark.parametrize("sizes", [(31, 64, 256), (32, 63, 256), (32, 65, 256), (32, 64, 255), (0, 0, 0)])
def test_a_token_with_a_part_of_another_length_is_refused(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(BlindSignatureError, match="lengths"):
        Token(*(bytes(size) for size in sizes))


def test_a_token_verifies_under_its_own_key(token: Token, public: rsa.RSAPublicKey) -> None:
    assert verify_token(public, token)
    assert verify_token(public, Token.from_wire(token.to_wire()))


def test_a_token_of_another_campaign_panel_or_unit_is_refused(
    token: Token, public: rsa.RSAPublicKey, other_private: rsa.RSAPrivateKey
) -> None:
    other = other_private.public_key()
    relabelled = Token(key_id(spki(other)), token.message, token.signature)

    assert not verify_token(other, token)
    assert not verify_token(other, relabelled)
    assert not verify_token(public, relabelled)


@settings(max_examples=60)
@given(place=st.integers(0, TOKEN_BYTES * 8 - 1))
def test_a_token_with_any_bit_changed_is_refused(
    private: rsa.RSAPrivateKey, token: Token, place: int
) -> None:
    raw = bytearray(token.key_id + token.message + token.signature)
    raw[place // 8] ^= 1 << place % 8
    changed = Token(bytes(raw[:32]), bytes(raw[32:96]), bytes(raw[96:]))

    assert not verify_token(private.public_key(), changed)


@pytest.mark.parametrize("signature", [0, 1])
def test_a_trivial_signature_is_refused(token: Token, public: rsa.RSAPublicKey, signature: int) -> None:
    forged = Token(token.key_id, token.message, signature.to_bytes(SIGNATURE_BYTES))

    assert not verify_token(public, forged)


def test_a_signature_has_no_second_form_above_the_modulus(private: rsa.RSAPrivateKey) -> None:
    """s + n is congruent to s; a verifier that reduces first would take both."""
    n = private.public_key().public_numbers().n
    token = next(t for t in iter(lambda: issue(private), None) if int.from_bytes(t.signature) + n < 1 << 2048)
    twin = (int.from_bytes(token.signature) + n).to_bytes(SIGNATURE_BYTES)

    assert verify_token(private.public_key(), token)
    assert not verify_token(private.public_key(), Token(token.key_id, token.message, twin))


def test_products_of_signatures_are_no_signatures(private: rsa.RSAPrivateKey) -> None:
    """Raw RSA is multiplicative: from two answers of the signer anybody computes a third. The encoding must not take it."""
    n = private.public_key().public_numbers().n
    first, second = issue(private), issue(private)
    product = int.from_bytes(first.signature) * int.from_bytes(second.signature) % n
    for message in (first.message, second.message):
        forged = Token(first.key_id, message, product.to_bytes(SIGNATURE_BYTES))
        assert not verify_token(private.public_key(), forged)


def test_a_spent_token_is_known_again_whatever_its_signature(token: Token) -> None:
    resigned = Token(token.key_id, token.message, bytes(SIGNATURE_BYTES))

    assert token_digest(resigned) == token_digest(token)
    assert token_digest(token) == hashlib.sha256(b"latitude.token" + token.key_id + token.message).digest()


def test_other_tokens_have_other_digests(token: Token, private: rsa.RSAPrivateKey) -> None:
    assert token_digest(issue(private)) != token_digest(token)
    assert token_digest(Token(bytes(32), token.message, token.signature)) != token_digest(token)


def test_a_token_keeps_itself_out_of_logs(token: Token) -> None:
    assert token.message.hex() not in repr(token)
    assert repr(token.message) not in repr(token)
    assert repr(token.signature) not in repr(token)
