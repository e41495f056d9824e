// Follows what the city decides, and goes on where it stopped. Node 18, nothing else.
//
// node subscriber.mjs https://reporting.example token.txt place.txt
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const [base, tokenFile, place] = process.argv.slice(2);
const token = readFileSync(tokenFile, "utf8").trim();

// Yours: keep it for good before you return. It may come twice; `source` and `position` say so.
async function take(event) {
  console.log(event.position, event.type, event.subject);
}

let path = existsSync(place) ? readFileSync(place, "utf8") : "/feed";
let tag = "";
for (;;) {
  const headers = { Authorization: `Bearer ${token}`, "If-None-Match": tag };
  const answer = await fetch(base + path, { headers }).catch(() => ({ status: 503 })); // away for a while
  let lines = [];
  if (answer.status === 200) {
    lines = (await answer.text()).split("\n").filter(Boolean);
    for (const line of lines) await take(JSON.parse(line));
    path = answer.headers.get("link").split(">")[0].slice(1);
    tag = answer.headers.get("etag");
    writeFileSync(place, path);
  } else if (![304, 429, 503].includes(answer.status)) {
    throw new Error(`${answer.status} ${await answer.text()}`);
  }
  await sleep(lines.length ? 0 : 60_000);
}
