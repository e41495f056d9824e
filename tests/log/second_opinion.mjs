// A second opinion on logs, with nothing but node:crypto: keys, signatures, paths, tlog-proofs.

import { createHash, createPublicKey, verify } from "node:crypto";

export const refuse = (why) => {
  console.error(`refused: ${why}`);
  process.exit(1);
};

export const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const base64 = (spelling, what) => {
  const bytes = Buffer.from(spelling, "base64");
  if (bytes.toString("base64") !== spelling) refuse(`${what} is not base64: ${spelling}`);
  return bytes;
};

export const number = (spelling, what) => (/^(0|[1-9][0-9]*)$/.test(spelling) ? BigInt(spelling) : refuse(`${what}: ${spelling}`));

export function keyOf(vkey, kind) {
  const [, name, id, material] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? refuse(`no vkey: ${vkey}`);
  const bytes = base64(material, "the key");
  if (bytes.length !== 33 || bytes[0] !== kind) refuse(`${name} has a key of another kind`);
  const computed = sha256(name, "\n", bytes).subarray(0, 4).toString("hex");
  if (computed !== id) refuse(`${name} has the id ${computed}, not ${id}`);
  const x = bytes.subarray(1).toString("base64url");
  return { name, id, key: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }) };
}

function signatureOf(lines, { name, id }) {
  for (const line of lines) {
    const [dash, signer, spelling] = line.split(" ");
    if (dash !== "\u2014") refuse(`not a signature line: ${line}`);
    const bytes = Buffer.from(spelling, "base64");
    if (signer === name && bytes.subarray(0, 4).toString("hex") === id) return bytes.subarray(4);
  }
  refuse(`${name} has not signed`);
}

// PATH of RFC 9162, section 2.1.3.1, read backwards: the root to which the path leads.
export function rootOf(index, size, leaf, path) {
  if (size === 1n) return path.length === 0 ? leaf : refuse("the path is too long");
  if (path.length === 0) refuse("the path is too short");
  let k = 1n;
  while (k * 2n < size) k *= 2n;
  const last = path.at(-1);
  const rest = path.slice(0, -1);
  return index < k
    ? sha256(Buffer.of(1), rootOf(index, k, leaf, rest), last)
    : sha256(Buffer.of(1), last, rootOf(index - k, size - k, leaf, rest));
}

// What a tlog-proof proves of an entry, if one of these logs signed and every one of these witnesses cosigned.
export function proved(proof, entry, logs, witnesses) {
  const blank = proof.indexOf("\n\n");
  const head = proof.slice(0, blank).split("\n");
  const note = proof.slice(blank + 2);

  if (head.shift() !== "c2sp.org/tlog-proof@v1") refuse("no tlog-proof");
  if (head[0]?.startsWith("extra ")) head.shift();
  const index = number(head.shift()?.replace(/^index /, "") ?? "", "the index");
  const path = head.map((line) => base64(line, "a hash"));
  if (path.some((hash) => hash.length !== 32)) refuse("a hash has not 32 bytes");

  const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
  const lines = note.slice(text.length + 1, -1).split("\n");
  const [origin, sizeLine, rootLine, end, ...more] = text.split("\n");
  if (end !== "" || more.length > 0) refuse("the checkpoint has not three lines");

  const log = logs.find(({ name }) => name === origin) ?? refuse(`nobody believes ${origin}`);
  if (!verify(null, Buffer.from(text), log.key, signatureOf(lines, log))) refuse(`${log.name} did not sign this`);
  for (const witness of witnesses) {
    const bytes = signatureOf(lines, witness);
    const message = Buffer.from(`cosignature/v1\ntime ${bytes.readBigUInt64BE(0)}\n${text}`);
    if (!verify(null, message, witness.key, bytes.subarray(8))) refuse(`${witness.name} did not cosign this`);
  }

  const size = number(sizeLine, "the size");
  const root = base64(rootLine, "the root");
  if (index >= size) refuse(`there is no leaf ${index} in a tree of size ${size}`);
  const leaf = sha256(Buffer.of(0), entry);
  if (!rootOf(index, size, leaf, path).equals(root)) refuse(`this entry is not leaf ${index} of ${origin} at size ${size}`);
  return { index, origin, size, leaf };
}
