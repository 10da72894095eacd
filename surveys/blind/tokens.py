"""The token a respondent answers with: base64url of key id, prepared message and signature.

The message is random and says nothing. Campaign, panel and unit are told by the key that signed it, so a token of one
is worth nothing in another.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.blind.keys import SIGNATURE_BYTES, key_id, spki
from surveys.blind.problems import BlindSignatureError
from surveys.blind.text import from_text, to_text
from surveys.blind.variants import PREFIX_BYTES
from surveys.blind.verifying import verify

KEY_ID_BYTES = 32
NONCE_BYTES = 32
MESSAGE_BYTES = PREFIX_BYTES + NONCE_BYTES
TOKEN_BYTES = KEY_ID_BYTES + MESSAGE_BYTES + SIGNATURE_BYTES


@dataclass(frozen=True)
class Token:
    """Proves nothing until verify_token has said so. Its repr keeps it out of logs."""

    key_id: bytes
    message: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def __post_init__(self) -> None:
        lengths = len(self.key_id), len(self.message), len(self.signature)
        if lengths != (KEY_ID_BYTES, MESSAGE_BYTES, SIGNATURE_BYTES):
            raise BlindSignatureError(f"A token's parts have lengths {lengths}.")

    def to_wire(self) -> str:
        return to_text(self.key_id + self.message + self.signature)

    @classmethod
    def from_wire(cls, text: str) -> Self:
        """Only the spelling of to_wire; BlindSignatureError otherwise."""
        raw = from_text(text, TOKEN_BYTES)
        signature_at = KEY_ID_BYTES + MESSAGE_BYTES
        return cls(raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:signature_at], raw[signature_at:])


def verify_token(public: rsa.RSAPublicKey, token: Token) -> bool:
    """Whether this very key signed it. Spending it once is the caller's, by token_digest under a unique index."""
    return token.key_id == key_id(spki(public)) and verify(public, token.message, token.signature)


def token_digest(token: Token) -> bytes:
    """What a spent token is remembered by.

    Of key and message, not of the signature: many signatures may be valid on one message, and each would count again.
    """
    return hashlib.sha256(b"latitude.token" + token.key_id + token.message).digest()
