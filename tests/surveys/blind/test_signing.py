import math
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.blind import signing
from surveys.blind.client import _blind, blind, finalize, prepare
from surveys.blind.keys import SIGNATURE_BYTES
from surveys.blind.numbers import random_unit
from surveys.blind.problems import BlindSignatureError, SigningFailureError
from surveys.blind.signing import blind_sign
from surveys.blind.variants import Variant
from surveys.blind.verifying import verify

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("variant", Variant)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=st.binary(max_size=80))
def test_whatever_is_blinded_signed_and_unblinded_verifies(
    private: rsa.RSAPrivateKey, public: rsa.RSAPublicKey, variant: Variant, message: bytes
) -> None:
    prepared = prepare(message, variant)
    blinding = blind(public, prepared, variant)

    signature = finalize(public, prepared, blind_sign(private, blinding.blinded), blinding.inverse, variant)

    assert verify(public, prepared, signature, variant)
    assert not verify(public, prepared + b"\0", signature, variant)


def test_the_private_power_is_the_textbook_one(private: rsa.RSAPrivateKey) -> None:
    numbers = private.private_numbers()
    n = numbers.public_numbers.n
    for m in (1, 2, n - 1, 3**1000 % n):
        signed = blind_sign(private, m.to_bytes(SIGNATURE_BYTES))
        assert int.from_bytes(signed) == pow(m, numbers.d, n)


def test_the_same_blinded_message_gets_the_same_signature(
    private: rsa.RSAPrivateKey, public: rsa.RSAPublicKey
) -> None:
    blinded = blind(public, prepare(b"m")).blinded

    assert blind_sign(private, blinded) == blind_sign(private, blinded)


def test_one_message_blinded_twice_shows_the_server_two_unlike_messages(public: rsa.RSAPublicKey) -> None:
    prepared = prepare(b"m")

    assert blind(public, prepared).blinded != blind(public, prepared).blinded
    assert prepare(b"m") != prepared


@pytest.mark.parametrize("excess", [0, 1])
def test_message_at_or_above_the_modulus_is_refused(private: rsa.RSAPrivateKey, excess: int) -> None:
    n = private.public_key().public_numbers().n

    with pytest.raises(BlindSignatureError, match="out of range"):
        blind_sign(private, (n + excess).to_bytes(SIGNATURE_BYTES))


@pytest.mark.parametrize("size", [0, 1, SIGNATURE_BYTES - 1, SIGNATURE_BYTES + 1])
def test_message_of_another_length_is_refused(private: rsa.RSAPrivateKey, size: int) -> None:
    with pytest.raises(BlindSignatureError, match="bytes; expected 256"):
        blind_sign(private, b"\x01".rjust(size, b"\0")[:size])


@pytest.mark.parametrize("multiple_of", ["zero", "p", "q"])
def test_message_without_inverse_is_refused(private: rsa.RSAPrivateKey, multiple_of: str) -> None:
    numbers = private.private_numbers()
    m = {"zero": 0, "p": numbers.p * 3, "q": numbers.q * 5}[multiple_of]

    with pytest.raises(BlindSignatureError, match="no inverse"):
        blind_sign(private, m.to_bytes(SIGNATURE_BYTES))


@pytest.mark.parametrize("damaged", ["dmp1", "dmq1", "iqmp"])
def test_a_damaged_key_signs_nothing(private: rsa.RSAPrivateKey, damaged: str) -> None:
    good = private.private_numbers()
    parts = {name: getattr(good, name) for name in ("p", "q", "d", "dmp1", "dmq1", "iqmp")}
    parts[damaged] ^= 2
    bad = rsa.RSAPrivateNumbers(**parts, public_numbers=good.public_numbers)

    with pytest.raises(SigningFailureError):
        blind_sign(bad.private_key(unsafe_skip_rsa_key_validation=True), (7).to_bytes(SIGNATURE_BYTES))


def test_a_fault_in_half_of_the_computation_stays_inside(
    private: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack of Boneh, DeMillo and Lipton: one wrong half would give p as gcd(s^e - m, n)."""
    numbers = private.private_numbers()
    p, n = numbers.p, numbers.public_numbers.n
    power = signing._private_power
    leaks = []

    def faulty(key: rsa.RSAPrivateNumbers, m: int) -> int:
        s = (power(key, m) + p) % n
        leaks.append(math.gcd(pow(s, 65537, n) - m, n))
        return s

    monkeypatch.setattr(signing, "_private_power", faulty)
    with pytest.raises(SigningFailureError):
        blind_sign(private, (7).to_bytes(SIGNATURE_BYTES))
    assert leaks == [p]


def test_the_exponentiation_never_sees_the_senders_number_nor_one_number_twice(
    private: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    power = signing._private_power
    seen: list[int] = []

    def watched(key: rsa.RSAPrivateNumbers, m: int) -> int:
        seen.append(m)
        return power(key, m)

    monkeypatch.setattr(signing, "_private_power", watched)
    for _ in range(3):
        blind_sign(private, (7).to_bytes(SIGNATURE_BYTES))

    assert len({7, *seen}) == 4


def test_the_secret_exponent_is_masked_anew(private: rsa.RSAPrivateKey) -> None:
    numbers = private.private_numbers()
    masked = {signing._masked(numbers.dmp1, numbers.p) for _ in range(4)}

    assert len(masked) == 4
    assert {exponent % (numbers.p - 1) for exponent in masked} == {numbers.dmp1}


def test_a_reply_by_another_key_is_refused(
    public: rsa.RSAPublicKey, other_private: rsa.RSAPrivateKey
) -> None:
    prepared = prepare(b"m")
    blinding = blind(public, prepared)
    m = (
        int.from_bytes(blinding.blinded) % other_private.public_key().public_numbers().n
    )  # in that key's range
    reply = blind_sign(other_private, m.to_bytes(SIGNATURE_BYTES))

    with pytest.raises(BlindSignatureError, match="not a signature by this key"):
        finalize(public, prepared, reply, blinding.inverse)


@pytest.mark.parametrize("change", ["truncated", "longer", "wider", "flipped", "zero", "other message"])
def test_a_wrong_reply_is_refused(private: rsa.RSAPrivateKey, public: rsa.RSAPublicKey, change: str) -> None:
    prepared = prepare(b"m")
    blinding = blind(public, prepared)
    reply = blind_sign(private, blinding.blinded)
    wrong = {
        "truncated": reply[:-1],
        "longer": reply + b"\0",
        "wider": b"\0" + reply,
        "flipped": bytes([*reply[:-1], reply[-1] ^ 1]),
        "zero": bytes(len(reply)),
        "other message": blind_sign(private, blind(public, prepared).blinded),
    }[change]

    with pytest.raises(BlindSignatureError):
        finalize(public, prepared, wrong, blinding.inverse)


def test_a_modulus_too_short_for_the_encoding_is_refused() -> None:
    short, enough = (rsa.RSAPublicNumbers(65537, (1 << bits - 1) + 1) for bits in (777, 785))

    with pytest.raises(BlindSignatureError, match="too short"):
        _blind(short, b"m", bytes(48), (1, 1))
    assert len(_blind(enough, b"m", bytes(48), (1, 1)).blinded) == 99


def test_a_key_whose_modulus_shares_a_factor_with_the_message_is_refused() -> None:
    """The encoded message ends in 0xbc, so it is even; so is this modulus."""
    with pytest.raises(BlindSignatureError, match="unsound"):
        _blind(rsa.RSAPublicNumbers(65537, 1 << 2047), b"m", bytes(48), (1, 1))


def test_a_factor_of_the_modulus_met_by_chance_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _below: 4)

    assert random_unit(21) == (5, 17)
    with pytest.raises(BlindSignatureError, match="factor"):
        random_unit(35)
