// Is this entry in that log, and did the witnesses see it?
//
//   node verify_proof.mjs <file.tlog-proof> <entry file> <log vkey> [<witness vkey> ...]
//
// Every witness named must have cosigned. Prints what was proved and exits 0, or why not and exits 1.

import { readFileSync } from "node:fs";
import { keyOf, proved, refuse } from "./second_opinion.mjs";

const [proofFile, entryFile, logVkey, ...witnessVkeys] = process.argv.slice(2);
if (!logVkey) refuse("usage: verify_proof.mjs <proof> <entry> <log vkey> [<witness vkey> ...]");

const witnesses = witnessVkeys.map((vkey) => keyOf(vkey, 0x04));
const found = proved(readFileSync(proofFile, "utf8"), readFileSync(entryFile), [keyOf(logVkey, 0x01)], witnesses);
console.log(`leaf ${found.index} of ${found.origin} at size ${found.size}, cosigned by ${witnesses.length}`);
