import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.blind.keys import new_private


@pytest.fixture(scope="session")
def private() -> rsa.RSAPrivateKey:
    return new_private()


@pytest.fixture(scope="session")
def public(private: rsa.RSAPrivateKey) -> rsa.RSAPublicKey:
    return private.public_key()


@pytest.fixture(scope="session")
def other_private() -> rsa.RSAPrivateKey:
    return new_private()
