// Is this history bundle true and complete? Written from the bundle's README.txt, not from the other verifier.
//
//   node verify_bundle.mjs <file.dvk-bundle> <policy file>
//
// Every witness of the policy must have cosigned. Prints the streams and exits 0, or why not and exits 1.

import { readFileSync } from "node:fs";
import { keyOf, number, proved, refuse, rootOf, sha256 } from "./second_opinion.mjs";

// The members of a zip file whose members are stored as they are.
function members(zip) {
  const found = new Map();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    if (zip.readUInt16LE(at + 8) !== 0) refuse("a member is compressed");
    const [size, name, extra] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26), zip.readUInt16LE(at + 28)];
    const begin = at + 30 + name + extra;
    found.set(zip.subarray(at + 30, at + 30 + name).toString(), zip.subarray(begin, begin + size));
    at = begin + size;
  }
  return found;
}

const [bundleFile, policyFile] = process.argv.slice(2);
if (!policyFile) refuse("usage: verify_bundle.mjs <bundle> <policy>");
const policy = readFileSync(policyFile, "utf8").split("\n").map((line) => line.split(" "));
const logs = policy.filter(([word]) => word === "log").map(([, vkey]) => keyOf(vkey, 0x01));
const witnesses = policy.filter(([word]) => word === "witness").map(([, , vkey]) => keyOf(vkey, 0x04));
if (witnesses.length === 0) refuse("the policy names no witness");

const file = members(readFileSync(bundleFile));
const lines = file.get("events.ndjson").toString().split("\n").slice(0, -1);
const events = lines.map((line) => ({ ...JSON.parse(line), line, leaf: sha256(Buffer.of(0), line).toString("hex") }));

function inItsLog(event, proof) {
  const found = proved(proof.toString(), Buffer.from(event.line), logs, witnesses);
  if (!found.origin.endsWith(event.source.replace("/dvk", ""))) refuse(`${event.id} is proved in ${found.origin}`);
  if (found.index !== BigInt(event.position - 1)) refuse(`${event.id} is proved at another position`);
}

const record = JSON.parse(file.get("heads/event.json"));
inItsLog({ ...record, line: file.get("heads/event.json").toString() }, file.get("heads/event.tlog-proof"));
const { count, root } = record.data;
const heads = new Set();
for (const { stream, version, leaf, index, path } of JSON.parse(file.get("heads/proofs.json"))) {
  const line = JSON.stringify({ leaf, stream, version });
  const hashes = path.map((hash) => Buffer.from(hash, "hex"));
  const reached = rootOf(number(`${index}`, "an index"), BigInt(count), sha256(Buffer.of(0), line), hashes);
  if (reached.toString("hex") !== root) refuse(`${stream} ${version} was no head`);
  heads.add(leaf);
}

for (const subject of new Set(events.map(({ source, subject }) => `${source} ${subject}`))) {
  const chain = events.filter((e) => `${e.source} ${e.subject}` === subject).sort((a, b) => a.streamversion - b.streamversion);
  chain.forEach((event, at) => {
    if (event.streamversion !== at + 1) refuse(`${subject} lacks version ${at + 1}`);
    if (event.prev !== chain[at - 1]?.leaf) refuse(`${subject} ${at + 1} does not follow the one before`);
  });
  const last = chain.at(-1);
  const proof = file.get(`proofs/${last.source.replace("/dvk/", "")}/${last.position}.tlog-proof`);
  inItsLog(last, proof ?? refuse(`${subject} is not proved`));
  if (!chain.some(({ leaf }) => heads.has(leaf))) refuse(`nothing shows that ${subject} is complete`);
  console.log(`${subject}: ${chain.length}`);
}
