// A second opinion, with nothing but Node (>= 18): is this history true and complete, was this report published and are
// these the events behind it, is this entry in that log?
//
//   node verify.mjs bundle <file.dvk-bundle | file.dvk-publication> <policy file> [<handovers file>]
//   node verify.mjs proof <file.tlog-proof> <entry file> <log vkey> [<witness vkey> ...]
//
// Written from format.md, not from the other verifier, and as strict. Prints what was verified and exits 0, or the first
// thing that is wrong and exits 1. The policy (C2SP tlog-policy) is yours: which keys you believe, how many witnesses.

import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const README_SHA256 = "95370802e781a403f2c11d96bb2def43d4dbf2784f8ae99734e603ac0445d39f";
const PUBLICATION_README_SHA256 = "9bfe8430b594ba05f754a8f062a6112acd1e159d1a96c332e71c444deed6015e";
const SERVICES = ["registry", "appraisal", "awards", "reporting"];
const LIMIT = 64 * 1024 * 1024;
const PUBLICATION_LIMIT = 2 ** 32 - 1;
const MOST_EVENT_BYTES = 65_535;

class Refused extends Error {}
const refuse = (why) => {
  throw new Refused(why);
};

// --- bytes, numbers, JSON -----------------------------------------------------------------------------------

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const base64 = (spelling, what) => {
  const bytes = Buffer.from(spelling, "base64");
  return bytes.toString("base64") === spelling ? bytes : refuse(`${what} is not base64: ${spelling}`);
};

const hash32 = (hex, what) => (/^[0-9a-f]{64}$/.test(hex) ? Buffer.from(hex, "hex") : refuse(`${what} is no hash: ${hex}`));

const decimal = (spelling, what) => {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(spelling) || BigInt(spelling) > 1n << 62n) refuse(`${what}: ${spelling}`);
  return BigInt(spelling);
};

const whole = (value, what) => (Number.isSafeInteger(value) && value >= 0 ? value : refuse(`${what}: ${value}`));

const utf8 = (bytes, what) => {
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : refuse(`${what} is not UTF-8`);
};

// RFC 8785 for what the profile allows: objects, arrays, text in NFC, whole numbers, true and false.
function canonical(value, depth = 16) {
  if (depth === 0) refuse("nested too deep");
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each, depth - 1)).join(",")}]`;
  switch (typeof value) {
    case "string":
      if (value.normalize("NFC") !== value || /\p{Surrogate}/u.test(value)) refuse(`text is not Unicode in NFC: ${value}`);
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "number":
      return Number.isSafeInteger(value) ? String(value) : refuse(`not a whole number: ${value}`);
    case "object": {
      if (value === null) refuse("null is not allowed");
      const keys = Object.keys(value).sort();
      for (const key of keys) if (!/^[a-z][a-z0-9_]*$/.test(key)) refuse(`not a key: ${key}`);
      return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key], depth - 1)}`).join(",")}}`;
    }
    default:
      return refuse("not JSON");
  }
}

function json(text, what) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    refuse(`${what} is not JSON`);
  }
  return canonical(value) === text ? value : refuse(`${what} is not in canonical form`);
}

// --- RFC 9162: trees and paths ------------------------------------------------------------------------------

const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

function mth(leaves) {
  if (leaves.length === 0) return sha256("");
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

// PATH of section 2.1.3.1, read backwards: the root to which the path leads.
function rootOf(index, size, leaf, path) {
  if (index >= size) refuse(`there is no leaf ${index} in a tree of size ${size}`);
  if (size === 1n) return path.length === 0 ? leaf : refuse("the path is too long");
  if (path.length === 0) refuse("the path is too short");
  let k = 1n;
  while (k * 2n < size) k *= 2n;
  const last = path.at(-1);
  const rest = path.slice(0, -1);
  return index < k ? nodeHash(rootOf(index, k, leaf, rest), last) : nodeHash(last, rootOf(index - k, size - k, leaf, rest));
}

// PROOF of section 2.1.4.1, read backwards: the roots of both trees to which it leads, when the smaller has this root.
function rootsOf(old, size, root, proof, whole = true) {
  const last = proof.at(-1);
  const rest = proof.slice(0, -1);
  if (old === size) {
    if (proof.length !== (whole ? 0 : 1)) refuse("the consistency proof has another length");
    return whole ? [root, root] : [last, last];
  }
  if (proof.length === 0) refuse("the consistency proof is too short");
  let k = 1n;
  while (k * 2n < size) k *= 2n;
  if (old <= k) {
    const [before, now] = rootsOf(old, k, root, rest, whole);
    return [before, nodeHash(now, last)];
  }
  const [before, now] = rootsOf(old - k, size - k, root, rest, false);
  return [nodeHash(last, before), nodeHash(last, now)];
}

// --- C2SP: keys, notes, policies, proofs --------------------------------------------------------------------

// A key, with the bounds within which it counts: sizes for a log's, times for a witness's.
const counting = (key, since = 0n, until = null, stolenAt = null) => ({ ...key, since, until, stolenAt });
const covers = ({ since, until }, at) => since <= at && (until === null || at <= until);

function keyOf(vkey, kind) {
  const [, name, id, material] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? refuse(`no vkey: ${vkey}`);
  const bytes = base64(material, "the key");
  if (bytes.length !== 33 || bytes[0] !== kind) refuse(`${name} has a key of another kind`);
  const computed = sha256(name, "\n", bytes).subarray(0, 4).toString("hex");
  if (computed !== id) refuse(`${name} has the id ${computed}, not ${id}`);
  const x = bytes.subarray(1).toString("base64url");
  return { name, id, kind, vkey, key: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }) };
}

function policyOf(text) {
  const logs = [];
  const members = new Map();
  let quorum;
  for (const line of text.split("\n")) {
    const [word, ...rest] = line.trim().split(/[ \t]+/);
    if (word === "" || word.startsWith("#")) continue;
    if (word === "log") logs.push(counting(keyOf(rest[0], 0x01)));
    else if (word === "witness") {
      if (members.has(rest[0])) refuse(`${rest[0]} is named twice`);
      members.set(rest[0], { keys: [counting(keyOf(rest[1], 0x04))] });
    } else if (word === "group") {
      const [name, how, ...of] = rest;
      if (members.has(name) || of.length === 0 || of.some((each) => !members.has(each))) refuse(`not a group: ${line}`);
      const need = how === "all" ? of.length : how === "any" ? 1 : Number(decimal(how, "the group"));
      if (need < 1 || need > of.length) refuse(`not a group: ${line}`);
      members.set(name, { need, of });
    } else if (word === "quorum" && quorum === undefined) quorum = rest[0];
    else refuse(`not a policy: ${line}`);
  }
  if (quorum === undefined || (quorum !== "none" && !members.has(quorum))) refuse("the policy names no quorum");
  if (quorum === "none") refuse("this verifier wants at least one witness");
  return { logs, members, quorum };
}

// The handovers of a file, each signed by both keys, or, where the old one was stolen, by the new one alone.
function handoversOf(raw) {
  const file = utf8(raw, "the handovers");
  if (file === "") return [];
  const blocks = file.replace(/\n$/, "").split("\n\n");
  if (!file.endsWith("\n") || blocks.length % 2) refuse("the handovers are not texts with their signatures");
  const [found, keys, last] = [[], new Set(), new Map()];
  for (let at = 0; at < blocks.length; at += 2) {
    const text = `${blocks[at]}\n`;
    const shape = /^dvk\/key-(handover|withdrawal)\/v1\nold (\S+)\nnew (\S+)\ntime ([0-9]+)\n(?:tree ([0-9]+) (\S+)\n)?$/;
    const [, what, was, is, spelt, size, root] = shape.exec(text) ?? refuse(`not a handover: ${text}`);
    const kind = size === undefined ? 0x04 : 0x01;
    const [older, newer] = [keyOf(was, kind), keyOf(is, kind)];
    if (older.name !== newer.name || was === is) refuse(`${was} and ${is}: not two keys of one name`);
    if (root !== undefined && base64(root, "the root").length !== 32) refuse("the root has not 32 bytes");
    const [time, stolen] = [decimal(spelt, "the time"), what === "withdrawal"];
    const signed = signatures(blocks[at + 1].split("\n"));
    const must = stolen ? [newer] : [older, newer];
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(time);
    const fits = ({ name, id, bytes }, key) => {
      if (name !== key?.name || id !== key.id) return false;
      if (kind === 0x01) return verify(null, Buffer.from(text), key.key, bytes);
      const message = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
      return bytes.subarray(0, 8).equals(stamp) && verify(null, message, key.key, bytes.subarray(8));
    };
    if (signed.length !== must.length || !signed.every((each, n) => fits(each, must[n]))) refuse(`not signed by whom it has to be: ${text}`);
    const bound = size === undefined ? time : decimal(size, "the size");
    const before = last.get(newer.name);
    for (const each of before ? [is] : [was, is]) {
      const material = each.slice(each.indexOf("+", each.indexOf("+") + 1) + 2);
      if (keys.has(material)) refuse(`a key does not come back: ${each}`);
      keys.add(material);
    }
    if (before && (before.newer.vkey !== was || bound < before.bound || time < before.time)) refuse(`${was} does not go on from the one before`);
    last.set(newer.name, { older, newer, time, bound, stolen });
    found.push(last.get(newer.name));
  }
  return found;
}

// An old key leads to the new one unless it was stolen; a new one vouches for the old, up to where that ended.
function handOver(policy, handovers) {
  const witnesses = [...policy.members.values()].filter(({ keys }) => keys);
  for (const name of new Set(handovers.map(({ newer }) => newer.name))) {
    const links = handovers.filter(({ newer }) => newer.name === name);
    const chain = [links[0].older, ...links.map(({ newer }) => newer)];
    const groups = links[0].older.kind === 0x01 ? [policy.logs] : witnesses.map(({ keys }) => keys);
    const own = (key) => groups.find((group) => group.some(({ vkey }) => vkey === key.vkey));
    const through = chain.map(own);
    if (through.every((group) => group === undefined)) continue;
    links.forEach(({ stolen }, at) => (through[at + 1] ??= stolen ? undefined : through[at]));
    for (let at = links.length - 1; at >= 0; at--) through[at] ??= through[at + 1];
    chain.forEach((key, at) => {
      const group = through[at] ?? refuse(`a key of ${name} was stolen; ask for a new policy by another way`);
      const after = links[at];
      const bounds = counting(key, at > 0 ? links[at - 1].bound : 0n, after?.bound ?? null, after?.stolen ? after.time : null);
      const there = group.findIndex(({ vkey }) => vkey === key.vkey);
      if (there < 0) group.push(bounds);
      else group[there] = bounds;
    });
  }
  return policy;
}

function signatures(lines) {
  return lines.map((line) => {
    const [, name, spelling] = /^\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? refuse(`not a signature line: ${line}`);
    const bytes = base64(spelling, "a signature");
    if (bytes.length < 5) refuse("a signature is too short");
    return { name, id: bytes.subarray(0, 4).toString("hex"), bytes: bytes.subarray(4) };
  });
}

// When a witness or group saw it: the newest second of those that had to, or null when they did not. What only a stolen
// key of the log signed has to have been seen before, by a key that was not stolen (`by`).
function seen(name, policy, text, signed, by) {
  const { keys, need, of } = policy.members.get(name);
  if (keys === undefined) {
    const times = of.map((each) => seen(each, policy, text, signed, by)).filter((time) => time !== null);
    return times.length >= need ? times.reduce((a, b) => (a > b ? a : b)) : null;
  }
  let newest = null;
  for (const key of keys)
    for (const { bytes } of signed.filter((each) => each.name === key.name && each.id === key.id)) {
      if (bytes.length !== 72) refuse(`the cosignature of ${key.name} has another length`);
      const time = bytes.readBigUInt64BE(0);
      const message = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
      if (!verify(null, message, key.key, bytes.subarray(8))) refuse(`${key.name} did not cosign this`);
      const counts = covers(key, time) && (by === null || (time <= by && key.stolenAt === null));
      if (counts && (newest === null || time > newest)) newest = time;
    }
  return newest;
}

function hashesOf(lines) {
  const hashes = lines.map((line) => base64(line, "a hash"));
  return hashes.length > 63 || hashes.some((each) => each.length !== 32) ? refuse("not a path") : hashes;
}

// What a checkpoint says, when its log signed it and the quorum has seen it.
function checkpointOf(note, policy) {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) refuse("no signed note");
  const text = note.slice(0, split + 1);
  const [origin, sizeLine, rootLine, end, ...more] = text.split("\n");
  if (end !== "" || more.length > 0) refuse("the checkpoint has not three lines");
  const signed = signatures(note.slice(split + 2, -1).split("\n"));

  const size = decimal(sizeLine, "the size");
  const logs = policy.logs.filter(({ name }) => name === origin);
  if (logs.length === 0) refuse(`nobody believes ${origin}`);
  const lines = (log) => signed.filter(({ name, id }) => name === log.name && id === log.id);
  const own = logs.filter((log) => lines(log).length > 0);
  if (own.length === 0) refuse(`${origin} has not signed`);
  for (const log of own)
    for (const { bytes } of lines(log)) if (!verify(null, Buffer.from(text), log.key, bytes)) refuse(`${log.name} did not sign this`);
  const counted = own.filter((log) => covers(log, size));
  if (counted.length === 0) refuse(`the key of ${origin} that signed this did not count at size ${size}`);
  const stolen = counted.map(({ stolenAt }) => stolenAt);
  const by = stolen.includes(null) ? null : stolen.reduce((a, b) => (a < b ? a : b));
  const time = seen(policy.quorum, policy, text, signed, by) ?? refuse("too few witnesses have cosigned");

  const root = base64(rootLine, "the root");
  if (root.length !== 32) refuse("the root has not 32 bytes");
  return { origin, size, root, time };
}

// What a tlog-proof proves of an entry under this policy. An aside, for which nobody vouches, has no place in a bundle.
function proved(raw, entry, policy, aside = false) {
  const proof = utf8(raw, "a proof");
  const blank = proof.indexOf("\n\n");
  if (blank < 0) refuse("no tlog-proof");
  const head = proof.slice(0, blank).split("\n");
  const note = proof.slice(blank + 2);
  if (head.shift() !== "c2sp.org/tlog-proof@v1") refuse("no tlog-proof");
  if (aside && head[0]?.startsWith("extra ")) base64(head.shift().slice(6), "the aside");
  const [, spelt] = /^index (.+)$/.exec(head.shift() ?? "") ?? refuse("the proof has no index, or carries an aside");
  const index = decimal(spelt, "the index");
  const path = hashesOf(head);

  const { origin, size, root, time } = checkpointOf(note, policy);
  if (!rootOf(index, size, leafHash(entry), path).equals(root)) refuse(`this entry is not leaf ${index} of ${origin} at size ${size}`);
  return { index, origin, size, time };
}

// --- the file -----------------------------------------------------------------------------------------------

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc32 = (bytes) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

// A zip file in the one way bundles are packed: stored, dated 1980-01-01, no extras, no comment.
function pack(members) {
  const local = [];
  const central = [];
  let at = 0;
  for (const [name, body] of members) {
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(crc32(body), 10);
    shared.writeUInt32LE(body.length, 14);
    shared.writeUInt32LE(body.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x00"), shared, offset, Buffer.from(name));
    const parts = [Buffer.from("PK\x03\x04"), shared, Buffer.from(name), body];
    local.push(...parts);
    at += parts.reduce((sum, part) => sum + part.length, 0);
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}

function unpack(raw) {
  if (raw.length > PUBLICATION_LIMIT) refuse("the file is too large");
  const members = [];
  for (let at = 0; raw.length >= at + 30 && raw.readUInt32LE(at) === 0x04034b50; ) {
    const [size, length] = [raw.readUInt32LE(at + 18), raw.readUInt16LE(at + 26)];
    const name = raw.subarray(at + 30, at + 30 + length);
    if (name.some((byte) => byte > 127)) refuse("a name is not ASCII");
    members.push([name.toString("latin1"), raw.subarray(at + 30 + length, at + 30 + length + size)]);
    at += 30 + length + size;
  }
  if (new Set(members.map(([name]) => name)).size !== members.length) refuse("a name stands in it twice");
  return pack(members).equals(raw) ? members : refuse("it is not packed the one way that a bundle is");
}

// --- the history --------------------------------------------------------------------------------------------

const ALWAYS = ["actor", "commandid", "data", "datacontenttype", "id", "position", "source", "specversion", "streamversion", "subject", "time", "type"];
const SOMETIMES = ["actorrole", "actorunit", "causationid", "correlationid", "prev"];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FORMS = {
  specversion: /^1\.0$/,
  datacontenttype: /^application\/json$/,
  source: new RegExp(`^/dvk/(${SERVICES.join("|")})$`),
  type: /./su,
  subject: /./su,
  actor: /./su,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  prev: /^[0-9a-f]{64}$/,
  id: UUID,
  commandid: UUID,
};

function eventOf(line, what) {
  if (line.length > MOST_EVENT_BYTES) refuse(`${what} is too large`);
  const event = json(utf8(line, what), what);
  if (typeof event !== "object" || Array.isArray(event)) refuse(`${what} is no event`);
  for (const member of ALWAYS) if (!(member in event)) refuse(`${what} has no ${member}`);
  for (const member of Object.keys(event)) if (![...ALWAYS, ...SOMETIMES].includes(member)) refuse(`${what} has a strange ${member}`);
  for (const [member, form] of Object.entries(FORMS))
    if (member in event && !(typeof event[member] === "string" && form.test(event[member]))) refuse(`${what} has a strange ${member}`);
  for (const member of ["position", "streamversion"])
    if (!(Number.isSafeInteger(event[member]) && event[member] > 0)) refuse(`${what} has a strange ${member}`);
  if (typeof event.data !== "object" || Array.isArray(event.data)) refuse(`${what} has strange data`);
  if ((event.streamversion === 1) !== (event.prev === undefined)) refuse(`${what} has a prev that it should not, or none`);
  return { ...event, log: event.source.slice("/dvk/".length), line, leaf: leafHash(line) };
}

function linesOf(text) {
  if (text.length > 0 && text.at(-1) !== 10) refuse("the last line is not ended");
  const lines = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(10, at);
    lines.push(text.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

function inItsLog(event, proof, policy) {
  const found = proved(proof, event.line, policy);
  if (!found.origin.endsWith(`/${event.log}`)) refuse(`${event.id} is proved in ${found.origin}`);
  if (found.index !== BigInt(event.position - 1)) refuse(`${event.id} is proved at another position`);
  return found.time;
}

// The part lines of the subject stand under the root of the record.
function partsOf(subject, placed, record) {
  const lines = placed.parts.map((part) => canonical(part));
  if (lines.some((line, at) => at > 0 && Buffer.compare(Buffer.from(lines[at - 1]), Buffer.from(line)) >= 0)) refuse("the part lines are not sorted");
  const line = canonical({ parts: lines.length, root: mth(lines.map(leafHash)).toString("hex"), subject });
  const [count, root] = [whole(placed.bucket.count, "count"), hash32(placed.bucket.root, "root")];
  const path = placed.path.map((each) => hash32(each, "a hash"));
  const number = sha256(subject).readUInt16BE(0) >> 4;
  if (!rootOf(BigInt(whole(placed.index, "index")), BigInt(count), leafHash(line), path).equals(root)) refuse(`the record does not say this of ${subject}`);
  const bucket = canonical({ bucket: number, count, root: placed.bucket.root });
  const above = placed.above.map((each) => hash32(each, "a hash"));
  const reached = rootOf(BigInt(number), 4096n, leafHash(bucket), above);
  if (reached.toString("hex") !== record.data.root) refuse(`the record does not say this of ${subject}`);
  return placed.parts.filter((part) => "stream" in part);
}

function checkParts(parts, streams, subject) {
  const left = new Map(streams);
  for (const part of parts) {
    const place = `${part.log} ${part.stream}`;
    const events = left.get(place) ?? refuse(`the stream ${place} is missing`);
    left.delete(place);
    const last = events.at(-1);
    if (last.streamversion !== part.version || last.leaf.toString("hex") !== part.leaf) refuse(`${place} is not what was recorded`);
    if ("count" in part) {
      if (events.length !== part.count || mth(events.map(({ leaf }) => leaf)).toString("hex") !== part.root) refuse(`${place} is not what was recorded`);
    } else if (events.some(({ streamversion }, at) => streamversion !== at + 1)) refuse(`${place} lacks events`);
  }
  for (const place of left.keys()) refuse(`${place} does not belong to ${subject}`);
}

function bundle(file, policyFile, handoversFile) {
  const handovers = handoversFile === undefined ? [] : handoversOf(readFileSync(handoversFile));
  const policy = handOver(policyOf(readFileSync(policyFile, "utf8")), handovers);
  const raw = readFileSync(file);
  const members = unpack(raw);
  if (members.some(([name]) => name === "publication.json")) return publication(members, policy);
  if (raw.length > LIMIT) refuse("the file is too large");
  history(members, policy);
}

function history(members, policy) {
  const found = new Map(members);
  const must = (name) => found.get(name) ?? refuse(`${name} is missing`);
  if (sha256(must("README.txt")).toString("hex") !== README_SHA256) refuse("README.txt is not the text of a bundle");

  const about = json(utf8(must("bundle.json"), "bundle.json"), "bundle.json");
  if (Object.keys(about).sort().join() !== "format,id,kind,ledger_size" || about.format !== 2) refuse("bundle.json is not of format 2");
  const subject = `${about.kind}/${about.id}`;
  const events = linesOf(must("events.ndjson")).map((line, at) => eventOf(line, `event ${at + 1}`));
  const place = ({ time, log, position }) => [time, log, position];
  events.slice(1).forEach((event, at) => {
    const [one, other] = [place(events[at]), place(event)];
    const first = one.findIndex((each, n) => each !== other[n]);
    if (first < 0 || !(one[first] < other[first])) refuse(`event ${at + 2} is not in the order of time`);
  });

  const record = eventOf(must("heads/event.json"), "heads/event.json");
  if (!/^vn\.gov\.danang\.dvk\.reporting\.HeadsRecorded\.v[23]$/.test(record.type)) refuse("heads/event.json is not a HeadsRecorded (2, 3)");
  const cosigned = inItsLog(record, must("heads/event.tlog-proof"), policy);
  if (record.data.size !== about.ledger_size) refuse("the ledger size is not that of the record");
  const placed = json(utf8(must("heads/subject.json"), "heads/subject.json"), "heads/subject.json");
  if (Object.keys(placed).sort().join() !== "above,bucket,index,parts,path") refuse("heads/subject.json is not a place");
  if (Object.keys(placed.bucket).sort().join() !== "count,root") refuse("heads/subject.json is not a place");

  const streams = new Map();
  for (const event of events) {
    const name = `${event.log} ${event.subject}`;
    streams.set(name, [...(streams.get(name) ?? []), event].sort((a, b) => a.streamversion - b.streamversion));
  }
  checkParts(partsOf(subject, placed, record), streams, subject);

  const expected = ["README.txt", "bundle.json", "events.ndjson"];
  const needed = [];
  for (const [name, chain] of streams)
    chain.forEach((event, at) => {
      const after = chain[at + 1];
      if (after?.streamversion === event.streamversion + 1) {
        if (after.prev !== event.leaf.toString("hex")) refuse(`${name} ${after.streamversion} does not follow the one before`);
        return;
      }
      const proof = `proofs/${event.log}/${event.position}.tlog-proof`;
      inItsLog(event, must(proof), policy);
      needed.push([event.log, event.position, proof]);
    });
  needed.sort(([a, m], [b, n]) => (a < b ? -1 : a > b ? 1 : m - n));
  expected.push(...needed.map(([, , name]) => name), "heads/event.json", "heads/event.tlog-proof", "heads/subject.json");
  if (members.map(([name]) => name).join("\n") !== expected.join("\n")) refuse("a member is too much, or out of its place");

  for (const event of events) console.log(`${event.data.on ?? "-"}  ${event.time}  ${event.type.split(".").at(-2)}  ${event.subject} ${event.streamversion}  ${event.actor}`);
  const made = BigInt(Math.floor(Date.parse(record.time) / 1000));
  const asOf = new Date(Number(made < cosigned ? made : cosigned) * 1000).toISOString();
  console.log(`ok: ${subject}, ${events.length} events in ${streams.size} streams, nothing kept back up to ${asOf}, ledger ${about.ledger_size}`);
}

// --- the publication ----------------------------------------------------------------------------------------

// The events of one log, as its log has them from the first on: nothing between them left out, nothing put in.
function checkLog(log, events) {
  const [heads, commands] = [new Map(), new Set()];
  let time = "";
  events.forEach((event, at) => {
    const place = `${log} ${at + 1}`;
    if (event.position !== at + 1) refuse(`${place}: positions have a gap: ${event.position}`);
    if (!new RegExp(`^vn\\.gov\\.danang\\.dvk\\.${log}\\.[A-Za-z]+\\.v[1-9][0-9]*$`).test(event.type)) refuse(`${place}: a strange type: ${event.type}`);
    if (event.time < time) refuse(`${place}: time runs back`);
    time = event.time;
    const before = heads.get(event.subject) ?? { version: 0, leaf: undefined };
    if (event.streamversion !== before.version + 1 || event.prev !== before.leaf) refuse(`${place} does not follow the one before in ${event.subject}`);
    heads.set(event.subject, { version: event.streamversion, leaf: event.leaf.toString("hex") });
    if (commands.has(event.commandid)) refuse(`${place}: its command id was used before`);
    commands.add(event.commandid);
  });
}

// A cosigned checkpoint of the log continues the tree of these events, which are therefore its first ones.
function continued(log, events, body, policy) {
  const text = utf8(body, "a proof of a log");
  const blank = text.indexOf("\n\n");
  if (blank < 0) refuse(`logs/${log}.add-checkpoint is no request`);
  const [first, ...lines] = text.slice(0, blank).split("\n");
  if (first !== `old ${events.length}`) refuse(`logs/${log}.add-checkpoint is not of size ${events.length}`);
  const { origin, size, root } = checkpointOf(text.slice(blank + 2), policy);
  if (!origin.endsWith(`/${log}`)) refuse(`${log} is continued by ${origin}`);
  const old = BigInt(events.length);
  if (size < old) refuse(`${log} had fewer events than the ledger`);
  const mine = mth(events.map(({ leaf }) => leaf));
  const [before, now] = rootsOf(old, size, mine, hashesOf(lines));
  if (!before.equals(mine) || !now.equals(root)) refuse(`these are not the first events of ${origin}`);
}

function publication(members, policy) {
  const found = new Map(members);
  const must = (name) => found.get(name) ?? refuse(`${name} is missing`);
  if (sha256(must("README.txt")).toString("hex") !== PUBLICATION_README_SHA256) refuse("README.txt is not the text of a publication");
  const about = json(utf8(must("publication.json"), "publication.json"), "publication.json");
  if (Object.keys(about).sort().join() !== "id,kind,ledger_size" || about.kind !== "publication") refuse("publication.json is not of a publication");

  const event = eventOf(must("event.json"), "event.json");
  if (!/^vn\.gov\.danang\.dvk\.reporting\.SummaryPublished\.v[1-9][0-9]*$/.test(event.type)) refuse("event.json is not a SummaryPublished");
  inItsLog(event, must("event.tlog-proof"), policy);
  const { data } = event;
  const digest = sha256(must("summary.json")).toString("hex");
  const lines = linesOf(must("ledger.ndjson"));
  if (data.publication !== about.id) refuse("the publication is not what was published");
  if (data.ledger_size !== about.ledger_size || data.ledger_size !== lines.length) refuse("the ledger size is not what was published");
  if (data.sha256 !== digest) refuse("the hash of the summary is not what was published");
  if (data.root !== mth(lines.map(leafHash)).toString("hex")) refuse("the root of the ledger is not what was published");

  const logs = new Map(SERVICES.map((log) => [log, []]));
  lines.forEach((line, at) => {
    const entry = eventOf(line, `entry ${at + 1}`);
    logs.get(entry.log).push(entry);
  });
  const told = [];
  const expected = ["README.txt", "publication.json", "summary.json", "event.json", "event.tlog-proof", "ledger.ndjson"];
  for (const [log, events] of [...logs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (events.length === 0) continue;
    const name = `logs/${log}.add-checkpoint`;
    checkLog(log, events);
    continued(log, events, must(name), policy);
    expected.push(name);
    told.push(`${log}: its first ${events.length} events, all of them`);
  }
  if (members.map(([name]) => name).join("\n") !== expected.join("\n")) refuse("a member is too much, or out of its place");
  for (const line of told) console.log(line);
  console.log("NOT done here: counting the figures of summary.json again from these events (dvk verify report does it)");
  console.log(`ok: publication/${about.id}, ${data.period}, ${data.scope}, summary.json ${digest} as published, ledger ${lines.length}`);
}

function proof(proofFile, entryFile, logVkey, ...witnessVkeys) {
  const members = new Map(witnessVkeys.map((vkey, at) => [`w${at}`, { keys: [counting(keyOf(vkey, 0x04))] }]));
  if (members.size === 0) refuse("name at least one witness");
  members.set("all", { need: members.size, of: [...members.keys()] });
  const policy = { logs: [counting(keyOf(logVkey, 0x01))], members, quorum: "all" };
  const found = proved(readFileSync(proofFile), readFileSync(entryFile), policy, true);
  console.log(`leaf ${found.index} of ${found.origin} at size ${found.size}, cosigned by ${witnessVkeys.length}`);
}

const [verb, ...rest] = process.argv.slice(2);
try {
  if (verb === "bundle" && (rest.length === 2 || rest.length === 3)) bundle(...rest);
  else if (verb === "proof" && rest.length >= 3) proof(...rest);
  else refuse("usage: verify.mjs bundle <bundle> <policy> [<handovers>] | proof <proof> <entry> <log vkey> [<witness vkey> ...]");
} catch (error) {
  console.error(`refused: ${error instanceof Refused ? error.message : `${error.name}: ${error.message}`}`);
  process.exit(1);
}
