"""static/blind.js against the vectors, against the server's half and against Cloudflare's client."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from surveys.blind.client import blind, prepare
from surveys.blind.keys import SPKI_HEAD, SPKI_TAIL, key_id, spki
from surveys.blind.signing import blind_sign
from surveys.blind.text import to_text
from surveys.blind.tokens import Token, verify_token
from surveys.blind.variants import Variant
from tests.surveys.blind.engines import Engine, chromium, node
from tests.surveys.blind.vectors import vector

START = """
  const key = await blind.readKey(given.key);
  const start = await blind.blind(key, blind.prepare());
  return {
    prepared: hex(start.prepared), blinded: hex(start.blinded), inverse: start.inverse.toString(), id: hex(key.id),
  };
"""
FINISH = """
  const key = await blind.readKey(given.key);
  const start = { prepared: unhex(given.prepared), inverse: BigInt(given.inverse) };
  const reply = unhex(given.reply);
"""
TOKEN = FINISH + "return blind.toToken(key, start.prepared, await blind.finalize(key, start, reply));"
REFUSAL = FINISH + "return refusal(() => blind.finalize(key, start, reply));"


@pytest.fixture(params=["node", pytest.param("chromium", marks=pytest.mark.browser)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "node":
        yield node()
        return
    with chromium(request.getfixturevalue("started_chromium")) as started:
        yield started


@pytest.fixture(scope="module")
def key(public: rsa.RSAPublicKey) -> str:
    return to_text(spki(public))


@pytest.mark.parametrize("variant", [Variant.PSS_RANDOMIZED, Variant.PSS_DETERMINISTIC])
def test_the_script_equals_the_vector(engine: Engine, variant: Variant) -> None:
    """The two variants with a salt differ in prepare only, which a vector's prepared message stands in for."""
    known = vector(variant)

    result = engine.run(
        """
        const key = { n: BigInt(given.n), size: 512 };
        const prepared = unhex(given.prepared);
        const start = await scripted([given.salt, given.r], () => blind.blind(key, prepared));
        const signature = await blind.finalize(key, start, unhex(given.reply));
        return { blinded: hex(start.blinded), inverse: start.inverse.toString(), signature: hex(signature) };
        """,
        n=str(known.n),
        prepared=known.prepared.hex(),
        salt=known.salt.hex(),
        r=known.r.to_bytes(512).hex(),
        reply=known.blind_signature.hex(),
    )

    assert result == {
        "blinded": known.blinded.hex(),
        "inverse": str(known.inverse),
        "signature": known.signature.hex(),
    }


def test_a_token_made_by_the_script_and_signed_blindly_is_taken(
    engine: Engine, private: rsa.RSAPrivateKey, public: rsa.RSAPublicKey, key: str
) -> None:
    start = engine.run(START, key=key)
    reply = blind_sign(private, bytes.fromhex(start["blinded"]))

    token = Token.from_wire(engine.run(TOKEN, key=key, reply=reply.hex(), **start))

    assert verify_token(public, token)
    assert token.key_id.hex() == start["id"] == key_id(spki(public)).hex()
    assert token.message.hex() == start["prepared"]


def test_nothing_is_drawn_twice(engine: Engine, key: str) -> None:
    first, second = engine.run(START, key=key), engine.run(START, key=key)

    assert first["id"] == second["id"]
    assert all(first[part] != second[part] for part in ("prepared", "blinded", "inverse"))
    assert first["prepared"][:64] != first["prepared"][64:]


@pytest.mark.parametrize(
    "change", ["truncated", "longer", "wider", "flipped", "zero", "other key", "other message"]
)
def test_the_script_refuses_a_wrong_reply(
    engine: Engine,
    private: rsa.RSAPrivateKey,
    other_private: rsa.RSAPrivateKey,
    key: str,
    change: str,
) -> None:
    start = engine.run(START, key=key)
    blinded = bytes.fromhex(start["blinded"])
    reply = blind_sign(private, blinded)
    in_range = int.from_bytes(blinded) % other_private.public_key().public_numbers().n
    wrong = {
        "truncated": reply[:-1],
        "longer": reply + b"\0",
        "wider": b"\0" + reply,
        "flipped": bytes([*reply[:-1], reply[-1] ^ 1]),
        "zero": bytes(256),
        "other key": blind_sign(other_private, in_range.to_bytes(256)),
        "other message": blind_sign(private, blind(private.public_key(), prepare(bytes(32))).blinded),
    }[change]

    refused = engine.run(REFUSAL, key=key, reply=wrong.hex(), **start)

    assert refused == ("wrong length" if change in {"truncated", "longer", "wider"} else "wrong signature")


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        SPKI_HEAD + b"\xff" * 255 + SPKI_TAIL,
        SPKI_HEAD + b"\xff" * 257 + SPKI_TAIL,
        SPKI_HEAD + b"\0" + b"\xff" * 256 + SPKI_TAIL,
        SPKI_HEAD + b"\x7f" + b"\xff" * 255 + SPKI_TAIL,
        SPKI_HEAD + b"\xff" * 255 + b"\xfe" + SPKI_TAIL,
        SPKI_HEAD + b"\xff" * 256 + bytes.fromhex("0203010003"),
        b"\x31" + SPKI_HEAD[1:] + b"\xff" * 256 + SPKI_TAIL,
    ],
)
def test_the_script_refuses_another_kind_of_key(engine: Engine, encoded: bytes) -> None:
    assert engine.run("return refusal(() => blind.readKey(given.key));", key=to_text(encoded))


def test_the_script_refuses_a_key_as_plain_rsa_and_another_spelling(
    engine: Engine, public: rsa.RSAPublicKey, key: str
) -> None:
    plain = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    for text in (to_text(plain), key + "=", key + " ", key[:-1], "%" + key[1:]):
        assert engine.run("return refusal(() => blind.readKey(given.key));", key=text)
    assert engine.run("return (await blind.readKey(given.key)).n.toString();", key=key) == str(
        public.public_numbers().n
    )


def test_the_script_refuses_a_factor_without_inverse(engine: Engine) -> None:
    n = 3 * ((1 << 2047) // 3 + 2) | 1
    n = next(m for m in range(n, n + 6) if m % 3 == 0 and m % 2)
    unsound = to_text(SPKI_HEAD + n.to_bytes(256) + SPKI_TAIL)

    refused = engine.run(
        """
        const key = await blind.readKey(given.key);
        const three = "03".padStart(512, "0");
        return refusal(() => scripted(["00".repeat(48), three], () => blind.blind(key, new Uint8Array(64))));
        """,
        key=unsound,
    )

    assert refused == "unsound key"


def test_a_factor_of_zero_or_above_the_modulus_is_drawn_anew(
    engine: Engine, public: rsa.RSAPublicKey, key: str
) -> None:
    n = public.public_numbers().n
    draws = [bytes(48), bytes(256), n.to_bytes(256), b"\xff" * 256, (5).to_bytes(256)]

    result = engine.run(
        """
        const key = await blind.readKey(given.key);
        const prepared = new Uint8Array(64);
        const redrawn = await scripted(given.draws, () => blind.blind(key, prepared));
        return redrawn.inverse.toString();
        """,
        draws=[draw.hex() for draw in draws],
        key=key,
    )

    assert result == str(pow(5, -1, n))


def test_node_reads_the_published_key_as_pss_with_its_parameters(public: rsa.RSAPublicKey) -> None:
    result = node().run(
        """
        const { createPublicKey } = await import("node:crypto");
        const key = createPublicKey({ key: Buffer.from(given.der, "hex"), format: "der", type: "spki" });
        const { modulusLength, hashAlgorithm, mgf1HashAlgorithm, saltLength } = key.asymmetricKeyDetails;
        return [key.asymmetricKeyType, modulusLength, hashAlgorithm, mgf1HashAlgorithm, saltLength];
        """,
        der=spki(public).hex(),
    )

    assert result == ["rsa-pss", 2048, "sha384", "sha384", 48]


def test_cloudflares_client_and_ours_take_each_others_messages(
    private: rsa.RSAPrivateKey, public: rsa.RSAPublicKey, key: str
) -> None:
    """Oracle: @cloudflare/blindrsa-ts 0.4.4. Ours blinds, theirs signs; theirs blinds, our server signs; both verify."""
    entry = Path(
        os.environ.get("LATITUDE_NODE_MODULES", "node_modules"), "@cloudflare/blindrsa-ts/lib/src/index.js"
    )
    if not entry.exists():
        pytest.skip("@cloudflare/blindrsa-ts is not in LATITUDE_NODE_MODULES")
    engine = node()
    oracle = """
      const { RSABSSA } = await import(given.entry);
      const suite = RSABSSA.SHA384.PSS.Randomized();
      const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
      const their = (form, der, use) => crypto.subtle.importKey(form, unhex(der), algorithm, true, [use]);
    """
    plain = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    pkcs8 = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    where = {"entry": str(entry.resolve()), "plain": plain.hex(), "pkcs8": pkcs8.hex()}

    ours = engine.run(
        oracle
        + """
        const key = await blind.readKey(given.key);
        const start = await blind.blind(key, blind.prepare());
        const reply = await suite.blindSign(await their("pkcs8", given.pkcs8, "sign"), start.blinded);
        const signature = await blind.finalize(key, start, reply);
        const taken = await suite.verify(await their("spki", given.plain, "verify"), signature, start.prepared);
        return { taken, blinded: hex(start.blinded), reply: hex(reply) };
        """,
        key=key,
        **where,
    )
    assert ours["taken"] is True
    assert blind_sign(private, bytes.fromhex(ours["blinded"])).hex() == ours["reply"]

    theirs = engine.run(
        oracle
        + """
        const prepared = suite.prepare(crypto.getRandomValues(new Uint8Array(32)));
        const { blindedMsg, inv } = await suite.blind(await their("spki", given.plain, "verify"), prepared);
        return { prepared: hex(prepared), blinded: hex(blindedMsg), inverse: BigInt("0x" + hex(inv)).toString() };
        """,
        **where,
    )
    reply = blind_sign(private, bytes.fromhex(theirs["blinded"]))
    token = Token.from_wire(engine.run(TOKEN, key=key, reply=reply.hex(), **theirs))
    assert verify_token(public, token)
