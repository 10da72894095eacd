"""The respondent's half in Python, for tests and for an auditor's script. In a survey static/blind.js does this.

Salt and blinding factor can't be handed in: whoever chose them could mark the token (RFC 9474, section 7.4).
"""

import math
import secrets
from dataclasses import dataclass
from hashlib import sha384

from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.blind.numbers import modulus_bytes, random_unit
from surveys.blind.problems import BlindSignatureError
from surveys.blind.variants import Variant
from surveys.blind.verifying import verify

HASH_BYTES = sha384().digest_size


@dataclass(frozen=True)
class Blinding:
    """What goes to the server, and the number that stays here and unblinds its reply."""

    blinded: bytes
    inverse: int


def prepare(message: bytes, variant: Variant = Variant.PSS_RANDOMIZED) -> bytes:
    return secrets.token_bytes(variant.prefix_bytes) + message


def blind(public: rsa.RSAPublicKey, prepared: bytes, variant: Variant = Variant.PSS_RANDOMIZED) -> Blinding:
    numbers = public.public_numbers()
    salt = secrets.token_bytes(variant.salt_bytes)
    return _blind(numbers, prepared, salt, random_unit(numbers.n))


def finalize(
    public: rsa.RSAPublicKey,
    prepared: bytes,
    blind_signature: bytes,
    inverse: int,
    variant: Variant = Variant.PSS_RANDOMIZED,
) -> bytes:
    """The signature, verified. BlindSignatureError for a reply of the wrong length or that doesn't verify."""
    n = public.public_numbers().n
    size = modulus_bytes(n)
    if len(blind_signature) != size:
        raise BlindSignatureError(f"The reply has {len(blind_signature)} bytes; expected {size}.")
    signature = (int.from_bytes(blind_signature) * inverse % n).to_bytes(size)
    if not verify(public, prepared, signature, variant):
        raise BlindSignatureError("The reply is not a signature by this key on this message.")
    return signature


def _blind(numbers: rsa.RSAPublicNumbers, prepared: bytes, salt: bytes, factor: tuple[int, int]) -> Blinding:
    n, (r, inverse) = numbers.n, factor
    m = int.from_bytes(_encode(prepared, n.bit_length() - 1, salt))
    if math.gcd(m, n) != 1:
        raise BlindSignatureError("The key is unsound: its modulus shares a factor with the message.")
    return Blinding((m * pow(r, numbers.e, n) % n).to_bytes(modulus_bytes(n)), inverse)


def _encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017, section 9.1.1, with SHA-384 and MGF1.

    RFC 9474 writes bit_len(n) for the bits; its vectors and RSASSA-PSS-VERIFY take bit_len(n) - 1.
    """
    size = (bits + 7) // 8
    if size < HASH_BYTES + len(salt) + 2:
        raise BlindSignatureError(f"A modulus of {bits + 1} bits is too short for this encoding.")
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    block = (b"\x01" + salt).rjust(size - HASH_BYTES - 1, b"\0")
    masked = int.from_bytes(block) ^ int.from_bytes(_mask(digest, len(block)))
    masked &= (1 << (bits - 8 * (HASH_BYTES + 1))) - 1
    return masked.to_bytes(len(block)) + digest + b"\xbc"


def _mask(seed: bytes, size: int) -> bytes:
    """MGF1 of RFC 8017, appendix B.2.1."""
    blocks = (sha384(seed + i.to_bytes(4)).digest() for i in range(-(-size // HASH_BYTES)))
    return b"".join(blocks)[:size]
