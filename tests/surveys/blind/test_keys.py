import hashlib

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from surveys.blind.keys import (
    SPKI_BYTES,
    SPKI_HEAD,
    SPKI_TAIL,
    key_id,
    private_from_bytes,
    private_to_bytes,
    public_from_spki,
    spki,
)
from surveys.blind.problems import BlindSignatureError

pytestmark = pytest.mark.pure

PKCS8 = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def test_a_new_key_has_2048_bits_and_the_usual_exponent(private: rsa.RSAPrivateKey) -> None:
    numbers = private.public_key().public_numbers()

    assert (numbers.n.bit_length(), numbers.e) == (2048, 65537)


def test_another_program_reads_the_encoding_as_this_key(public: rsa.RSAPublicKey) -> None:
    read = serialization.load_der_public_key(spki(public))

    assert isinstance(read, rsa.RSAPublicKey)
    assert read.public_numbers() == public.public_numbers()


def test_the_encoding_names_pss_with_sha384_and_its_salt_never_plain_rsa(public: rsa.RSAPublicKey) -> None:
    encoded = spki(public)
    pss, sha384, mgf1, plain = (
        bytes.fromhex(oid)
        for oid in ("2a864886f70d01010a", "608648016503040202", "2a864886f70d010108", "2a864886f70d010101")
    )

    assert len(encoded) == SPKI_BYTES == 342
    assert (encoded.count(pss), encoded.count(sha384), encoded.count(mgf1), encoded.count(plain)) == (
        1,
        2,
        1,
        0,
    )
    assert bytes.fromhex("a203020130") in encoded  # [2] INTEGER 48


def test_public_key_comes_back_and_its_id_is_the_hash(public: rsa.RSAPublicKey) -> None:
    encoded = spki(public)

    assert public_from_spki(encoded).public_numbers() == public.public_numbers()
    assert key_id(encoded) == hashlib.sha256(encoded).digest()


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        bytes(SPKI_BYTES),
        SPKI_HEAD + b"\xff" * 255 + SPKI_TAIL,
        SPKI_HEAD + b"\xff" * 257 + SPKI_TAIL,
        SPKI_HEAD + b"\0" + b"\xff" * 256 + SPKI_TAIL,
        SPKI_HEAD + b"\x7f" + b"\xff" * 255 + SPKI_TAIL,
        SPKI_HEAD + b"\xff" * 255 + b"\xfe" + SPKI_TAIL,
        SPKI_HEAD + b"\xff" * 256 + bytes.fromhex("0203010003"),
        b"\x31" + SPKI_HEAD[1:] + b"\xff" * 256 + SPKI_TAIL,
    ],
)
def test_any_other_encoding_is_refused(encoded: bytes) -> None:
    with pytest.raises(BlindSignatureError):
        public_from_spki(encoded)


def test_the_same_key_as_plain_rsa_is_refused(public: rsa.RSAPublicKey) -> None:
    plain = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(BlindSignatureError):
        public_from_spki(plain)


def test_private_key_comes_back(private: rsa.RSAPrivateKey) -> None:
    assert private_from_bytes(private_to_bytes(private)).private_numbers() == private.private_numbers()


@pytest.mark.parametrize("kind", ["empty", "noise", "elliptic", "small"])
def test_other_private_keys_are_refused(kind: str) -> None:
    small = rsa.generate_private_key(65537, 1024)
    stored = {
        "empty": b"",
        "noise": bytes(100),
        "elliptic": ec.generate_private_key(ec.SECP256R1()).private_bytes(*PKCS8),
        "small": small.private_bytes(*PKCS8),
    }[kind]

    with pytest.raises(BlindSignatureError):
        private_from_bytes(stored)


@pytest.mark.parametrize(("exponent", "bits"), [(65537, 1024), (3, 2048)])
def test_a_key_of_another_size_or_exponent_is_not_published(exponent: int, bits: int) -> None:
    with pytest.raises(BlindSignatureError):
        spki(rsa.generate_private_key(exponent, bits).public_key())
