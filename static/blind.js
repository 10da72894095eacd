// The respondent's half of the blind-signature pass: RSABSSA-SHA384-PSS-Randomized of RFC 9474, with WebCrypto and
// BigInt. The server signs `blinded` and never sees the token. The other half is surveys/blind.
// Not constant in time: what runs on the same device could learn a token from how long this takes. The server sees
// only when requests come, so blind as the page opens and send on the respondent's click.

const HASH = 48, SALT = 48, RANDOM = 32, SIZE = 256, EXPONENT = 65537n;
const HEAD =
  "MIIBUjA9BgkqhkiG9w0BAQowMKANMAsGCWCGSAFlAwQCAqEaMBgGCSqGSIb3DQEBCDALBglghkgBZQMEAgKiAwIBMAOCAQ8AMIIBCgKCAQEA";

const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const digest = async (name, ...parts) => new Uint8Array(await crypto.subtle.digest(name, join(...parts)));
const sha384 = (...parts) => digest("SHA-384", ...parts);
const toInt = (bytes) => BigInt("0x" + Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(""));
const toBytes = (int, size) =>
  Uint8Array.from(int.toString(16).padStart(2 * size, "0").match(/../g), (hex) => parseInt(hex, 16));
const fromText = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const power = (base, exponent, n) => {
  let result = 1n;
  for (; exponent; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % n;
    base = (base * base) % n;
  }
  return result;
};

const invert = (a, n) => {
  let [r, next, x, y] = [n, a, 0n, 1n];
  while (next) {
    const q = r / next;
    [r, next, x, y] = [next, r - q * next, y, x - q * y];
  }
  if (r !== 1n) throw new Error("unsound key");
  return ((x % n) + n) % n;
};

// EMSA-PSS-ENCODE of RFC 8017, section 9.1.1, for a modulus of `size` whole bytes.
const encode = async (message, size) => {
  const salt = random(SALT);
  const hash = await sha384(new Uint8Array(8), await sha384(message), salt);
  const block = new Uint8Array(size - HASH - 1);
  block.set([1, ...salt], block.length - SALT - 1);
  for (let at = 0; at < block.length; at += HASH) {
    const mask = await sha384(hash, [0, 0, 0, at / HASH]);
    for (let i = 0; i < HASH && at + i < block.length; i++) block[at + i] ^= mask[i];
  }
  block[0] &= 127;
  return join(block, hash, [0xbc]);
};

// A key as the key list spells it (base64url); anything but 2048 bits, RSASSA-PSS and 65537 throws.
export const readKey = async (text) => {
  const spki = fromText(text), head = fromText(HEAD), at = head.length;
  const n = toInt(spki.subarray(at, at + SIZE));
  if (toText(join(head, toBytes(n, SIZE), [2, 3, 1, 0, 1])) !== text || !(n >> 2047n) || !(n & 1n))
    throw new Error("unknown kind of key");
  return { id: await digest("SHA-256", spki), n, size: SIZE };
};

// The message to be signed: nothing but chance.
export const prepare = () => join(random(RANDOM), random(RANDOM));

// `blinded` goes to the server. Keep all three parts until `finalize`: asked again, the server signs only the same.
export const blind = async ({ n, size }, prepared) => {
  const m = toInt(await encode(prepared, size));
  let r;
  do r = toInt(random(size)); while (r < 1n || r >= n);
  const inverse = (invert((m * r) % n, n) * m) % n; // throws where m or r has no inverse
  return { prepared, blinded: toBytes((m * power(r, EXPONENT, n)) % n, size), inverse };
};

// The signature, or an error where the reply is not one by this very key: such a reply could mark its bearer.
export const finalize = async ({ n, size }, { prepared, inverse }, reply) => {
  if (reply.length !== size) throw new Error("wrong length");
  const signature = toBytes((toInt(reply) * inverse) % n, size);
  const key = await crypto.subtle.importKey(
    "jwk",
    { kty: "RSA", n: toText(toBytes(n, size)), e: "AQAB" },
    { name: "RSA-PSS", hash: "SHA-384" },
    false,
    ["verify"],
  );
  if (!(await crypto.subtle.verify({ name: "RSA-PSS", saltLength: SALT }, key, signature, prepared)))
    throw new Error("wrong signature");
  return signature;
};

// The token as the answer carries it.
export const toToken = (key, prepared, signature) => toText(join(key.id, prepared, signature));
