class BlindSignatureError(ValueError):
    """What came from outside is malformed, out of range or not signed by this key."""


class SigningFailureError(RuntimeError):
    """The private operation gave a wrong result. Its output would tell the key's factors, so it stays inside."""
