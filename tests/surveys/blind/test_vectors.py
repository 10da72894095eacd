import pytest

from surveys.blind.client import Blinding, _blind, finalize
from surveys.blind.signing import blind_sign
from surveys.blind.variants import Variant
from surveys.blind.verifying import verify
from tests.surveys.blind.vectors import vector

pytestmark = pytest.mark.pure

each_variant = pytest.mark.parametrize("variant", Variant)


@each_variant
def test_variant_has_the_parameters_of_its_vector(variant: Variant) -> None:
    known = vector(variant)

    assert (variant.salt_bytes, variant.prefix_bytes) == (known.salt_bytes, known.prefix_bytes)
    assert known.prepared[variant.prefix_bytes :] == known.message


@each_variant
def test_blinded_message_equals_the_vector(variant: Variant) -> None:
    known = vector(variant)
    numbers = known.private.public_key().public_numbers()

    blinding = _blind(numbers, known.prepared, known.salt, (known.r, known.inverse))

    assert blinding == Blinding(known.blinded, known.inverse)


@each_variant
def test_blind_signature_equals_the_vector(variant: Variant) -> None:
    known = vector(variant)

    assert blind_sign(known.private, known.blinded) == known.blind_signature


@each_variant
def test_finalized_signature_equals_the_vector(variant: Variant) -> None:
    known = vector(variant)

    signature = finalize(
        known.private.public_key(), known.prepared, known.blind_signature, known.inverse, variant
    )

    assert signature == known.signature


@each_variant
def test_signature_of_the_vector_verifies_under_its_own_salt_length_only(variant: Variant) -> None:
    known = vector(variant)

    accepted = {v for v in Variant if verify(known.private.public_key(), known.prepared, known.signature, v)}

    assert accepted == {v for v in Variant if v.salt_bytes == variant.salt_bytes}
