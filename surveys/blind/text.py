import base64
import binascii

from surveys.blind.problems import BlindSignatureError


def to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_text(text: str, size: int) -> bytes:
    """Exactly what to_text writes for that many bytes: no padding, no other alphabet, no idle bits."""
    expected = -(-size * 8 // 6)
    if len(text) != expected:
        raise BlindSignatureError(f"Expected {expected} characters of base64url; got {len(text)}.")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BlindSignatureError("This is not base64url.") from error
    if to_text(raw) != text:
        raise BlindSignatureError("This is not base64url in its one spelling.")
    return raw
