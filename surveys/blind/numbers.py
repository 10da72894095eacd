"""Integers and byte strings, as RFC 8017 and RFC 9474 write them."""

import secrets

from surveys.blind.problems import BlindSignatureError


def modulus_bytes(n: int) -> int:
    return (n.bit_length() + 7) // 8


def random_unit(n: int) -> tuple[int, int]:
    """A uniform r in 1..n-1 and its inverse modulo n.

    An r without an inverse would factor n: on a sound key nobody ever draws one, so that is refused, not retried.
    """
    r = 1 + secrets.randbelow(n - 1)
    try:
        return r, pow(r, -1, n)
    except ValueError as error:
        raise BlindSignatureError("The modulus has a factor that was found by chance.") from error
