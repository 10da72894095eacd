"""The vectors of RFC 9474, appendix A, as the reference data beside the project holds them."""

import json
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.blind.variants import Variant
from tests.shared import shared_data


@dataclass(frozen=True)
class Vector:
    private: rsa.RSAPrivateKey
    n: int
    message: bytes
    prepared: bytes
    salt: bytes
    r: int
    inverse: int
    blinded: bytes
    blind_signature: bytes
    signature: bytes
    salt_bytes: int
    prefix_bytes: int


def vector(variant: Variant) -> Vector:
    found = {row["name"]: row for row in json.loads(shared_data("rfc9474", "test_vectors.json").read_text())}
    if variant.value not in found:
        pytest.skip(f"the reference data has no vector of {variant.value}")
    row = found[variant.value]
    p, q, n, e, d, inverse = (int(row[name], 16) for name in ("p", "q", "n", "e", "d", "inv"))
    public = rsa.RSAPublicNumbers(e, n)
    private = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return Vector(
        private=private.private_key(unsafe_skip_rsa_key_validation=True),
        n=n,
        message=bytes.fromhex(row["msg"]),
        prepared=bytes.fromhex(row["input_msg"]),
        salt=bytes.fromhex(row["salt"]),
        r=pow(inverse, -1, n),
        inverse=inverse,
        blinded=bytes.fromhex(row["blinded_msg"]),
        blind_signature=bytes.fromhex(row["blind_sig"]),
        signature=bytes.fromhex(row["sig"]),
        salt_bytes=int(row["sLen"], 16),
        prefix_bytes=len(row["msg_prefix"]) // 2,
    )
