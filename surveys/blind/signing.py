"""The server's half: BlindSign of RFC 9474, section 4.3. The only place that touches a private exponent."""

import math
import secrets

from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.blind.numbers import modulus_bytes, random_unit
from surveys.blind.problems import BlindSignatureError, SigningFailureError

EXPONENT_MASK_BITS = 64


def blind_sign(private: rsa.RSAPrivateKey, blinded: bytes) -> bytes:
    """The signature on a blinded message: the same bytes each time the same message is asked for.

    BlindSignatureError where the message has another length than the modulus, is not below it or shares a factor
    with it; SigningFailureError where the result does not check (a fault, or a damaged key).
    """
    numbers = private.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    size = modulus_bytes(n)
    if len(blinded) != size:
        raise BlindSignatureError(f"The blinded message has {len(blinded)} bytes; expected {size}.")
    m = int.from_bytes(blinded)
    if m >= n:
        raise BlindSignatureError("The blinded message is out of range: not below the modulus.")
    if math.gcd(m, n) != 1:
        raise BlindSignatureError("The blinded message has no inverse.")
    # Kocher's blinding, RFC 9474 section 7.1: the exponentiation never sees a number its sender chose.
    r, inverse = random_unit(n)
    s = _private_power(numbers, m * pow(r, e, n) % n) * inverse % n
    if pow(s, e, n) != m:
        raise SigningFailureError("The signature does not check against its own key.")
    return s.to_bytes(size)


def _private_power(numbers: rsa.RSAPrivateNumbers, m: int) -> int:
    """m to the d by the Chinese remainder theorem; Python's pow is not constant in time, so each exponent is masked."""
    p, q = numbers.p, numbers.q
    at_p = pow(m % p, _masked(numbers.dmp1, p), p)
    at_q = pow(m % q, _masked(numbers.dmq1, q), q)
    return at_q + q * ((at_p - at_q) * numbers.iqmp % p)


def _masked(exponent: int, prime: int) -> int:
    return exponent + secrets.randbits(EXPONENT_MASK_BITS) * (prime - 1)
