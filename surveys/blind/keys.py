"""Keys: 2048 bits, one a campaign, panel and unit. What a token is good for is told by its key alone."""

import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.blind.problems import BlindSignatureError

BITS = 2048
SIGNATURE_BYTES = BITS // 8
EXPONENT = 65537
# DER of SubjectPublicKeyInfo up to the modulus: id-RSASSA-PSS with SHA-384, MGF1 with SHA-384 and 48 bytes of salt, as
# RFC 9474 section 6.2 demands of certificates and RFC 9578 of tokens. At 2048 bits all else is fixed, so
# whatever differs in one byte is refused.
SPKI_HEAD = base64.b64decode(
    "MIIBUjA9BgkqhkiG9w0BAQowMKANMAsGCWCGSAFlAwQCAqEaMBgGCSqGSIb3DQEBCDALBglghkgBZQMEAgKiAwIBMAOCAQ8AMIIBCgKCAQEA"
)
SPKI_TAIL = bytes.fromhex("0203010001")
SPKI_BYTES = len(SPKI_HEAD) + SIGNATURE_BYTES + len(SPKI_TAIL)


def new_private() -> rsa.RSAPrivateKey:
    """A fresh key by FIPS 186's method, which RFC 9474 section 6.2 recommends."""
    return rsa.generate_private_key(EXPONENT, BITS)


def private_to_bytes(private: rsa.RSAPrivateKey) -> bytes:
    """PKCS #8 in clear. The caller wraps it with the master key before it goes anywhere."""
    return private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def private_from_bytes(stored: bytes) -> rsa.RSAPrivateKey:
    """A key that Latitude made and its own wrapping has authenticated.

    Testing its primes again costs 0.1 s a load. It is skipped because no signature of an inconsistent key gets past
    blind_sign's own check.
    """
    try:
        private = serialization.load_der_private_key(stored, None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError) as error:
        raise BlindSignatureError("This is not a private key in PKCS #8.") from error
    if not isinstance(private, rsa.RSAPrivateKey):
        raise BlindSignatureError("This is not an RSA key.")
    _check_numbers(private.public_key().public_numbers())
    return private


def spki(public: rsa.RSAPublicKey) -> bytes:
    numbers = public.public_numbers()
    _check_numbers(numbers)
    return SPKI_HEAD + numbers.n.to_bytes(SIGNATURE_BYTES) + SPKI_TAIL


def public_from_spki(encoded: bytes) -> rsa.RSAPublicKey:
    """Only the one encoding that spki() writes; BlindSignatureError otherwise."""
    if len(encoded) != SPKI_BYTES or not encoded.startswith(SPKI_HEAD) or not encoded.endswith(SPKI_TAIL):
        raise BlindSignatureError("This is not a 2048-bit RSASSA-PSS key with SHA-384 and 48 bytes of salt.")
    numbers = rsa.RSAPublicNumbers(EXPONENT, int.from_bytes(encoded[len(SPKI_HEAD) : -len(SPKI_TAIL)]))
    _check_numbers(numbers)
    return numbers.public_key()


def key_id(encoded: bytes) -> bytes:
    """SHA-256 of the SPKI: what a token names its key by."""
    return hashlib.sha256(encoded).digest()


def _check_numbers(numbers: rsa.RSAPublicNumbers) -> None:
    if numbers.e != EXPONENT or numbers.n.bit_length() != BITS or numbers.n % 2 == 0:
        raise BlindSignatureError(f"Expected an RSA key of {BITS} bits with exponent {EXPONENT}.")
