from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from surveys.blind.variants import Variant


def verify(
    public: rsa.RSAPublicKey, prepared: bytes, signature: bytes, variant: Variant = Variant.PSS_RANDOMIZED
) -> bool:
    """RSASSA-PSS-VERIFY of RFC 8017, section 8.1.2, on a prepared message; False for whatever is not valid."""
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=variant.salt_bytes)
    try:
        public.verify(signature, prepared, pss, hashes.SHA384())
    except InvalidSignature:
        return False
    return True
