/**
 * Updates of every kind, to named and to Homeport: the response must be the same, and so must the zone
 * afterwards, or the difference must stand in the table below with its reason.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { updateMessage } from "../../src/capabilities/dns/update/update-draft.testing.ts";
import { parseName } from "../../src/protocols/dns/name.ts";
import { requirePeer } from "../peers.ts";
import { updateCases } from "./bind9-update.cases.ts";
import {
  listeningServer,
  memoryServer,
  openZone,
  runningServer,
  type UpdatedServer,
} from "./bind9-update-servers.ts";
import { startNamed, type ZoneFile } from "./named.ts";
import { responseText } from "./response-text.ts";

interface Exception {
  readonly cases: RegExp;
  readonly why: string;
  /** What only named answers or has, line by line, and what only Homeport. */
  readonly named: RegExp;
  readonly homeport: RegExp;
}

const exceptions: readonly Exception[] = [
  {
    cases: /: (a TTL that is too large|the largest number as TTL)/,
    why: "what is no TTL counts as zero (RFC 2181 §8); named keeps and tells it",
    named: /^(\S+ (2147483648|4294967295) A \S+\n?)+$/,
    homeport: /^(\S+ 0 A \S+\n?)+$/,
  },
  {
    cases: /: a DS (without a delegation|beside records)/,
    why: "named drops such a DS record and raises the serial number of a zone that is as it was",
    named: /^\S+ 300 SOA .* 11 7200 /,
    homeport: /^\S+ 300 SOA .* 10 7200 /,
  },
  {
    cases: /by an owner in another case$/,
    why: "a name keeps the case that it came with; named takes the new one, and raises the serial number for it",
    named: /^\S+ 300 SOA .* 11 7200 /,
    homeport: /^\S+ 300 SOA .* 10 7200 /,
  },
  {
    cases: /: NSEC3 to delete/,
    why: "named fails over the record of an unsigned zone that it would refuse to add",
    named: /^UPDATE SERVFAIL/,
    homeport: /^UPDATE REFUSED/,
  },
  {
    cases: /: a SIG as record to delete/,
    why: "named takes a SIG record of class NONE for a misplaced signature of the message",
    named: /^UPDATE FORMERR/,
    homeport: /^UPDATE REFUSED/,
  },
  {
    cases: /: NSEC3PARAM/,
    why: "named would make an NSEC3 chain when the zone is signed some day; Homeport does not sign zones",
    named: /^UPDATE NOERROR/,
    homeport: /^UPDATE REFUSED/,
  },
  {
    cases: /: DNSKEY below the apex/,
    // Its mark is in the zone with the update; the next serial number comes when it has begun.
    why: "named begins to sign the zone with a key that is not the zone's",
    named: /^\S+ 0 TYPE65534 .*(\n.* 12 7200 |$)/,
    homeport: /^(\S+ 300 SOA .* 11 7200 |$)/,
  },
  {
    cases: /: the serial half way round/,
    why: "what is half way round is neither later nor earlier (RFC 1982 §3.2); named takes it and then fails",
    named: /^UPDATE SERVFAIL/,
    homeport: /^UPDATE NOERROR/,
  },
  {
    cases: /: 100 types of which one goes, and another/,
    why: "named counts types that went in the same update",
    named: /^UPDATE SERVFAIL/,
    homeport: /^UPDATE NOERROR/,
  },
  {
    cases: /: (the zone twice|two zones)/,
    why: "a message without exactly one zone is FORMERR to both; Homeport repeats none of them",
    named: /^UPDATE FORMERR/,
    homeport: /^UPDATE FORMERR/,
  },
];

const zoneText = readFileSync(join(import.meta.dirname, "zones", "update.zone"), "utf8");

test("named and Homeport answer every update alike, and have the same zone afterwards", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  const folder = mkdtempSync(join(tmpdir(), "homeport-update-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const zones = updateCases.map((_, index): ZoneFile => {
    const file = join(folder, `case${index}.zone`);
    copyFileSync(join(import.meta.dirname, "zones", "update.zone"), file);
    return { name: `case${index}.example`, file };
  });
  await using peer = await startNamed({ zones: [], statements: zones.map(openZone).join("\n") });
  await using named = await listeningServer(peer);
  await using homeport = memoryServer(zones.map(({ name }) => ({ name, text: zoneText })));
  await using running = await runningServer(zones);
  const used = new Set<Exception>();
  const differences: string[] = [];
  for (const [index, [why, ...drafts]] of updateCases.entries()) {
    const origin = parseName(`case${index}.example.`);
    const messages = drafts.map((draft) => updateMessage(index, origin, draft));
    const theirs = await outcome(named, origin, messages);
    const ours = await outcome(homeport, origin, messages);
    assert.deepEqual(await outcome(running, origin, messages), ours, `the whole server: ${why}`);
    if (theirs.join() === ours.join()) continue;
    const [onlyTheirs, onlyOurs] = [missing(theirs, ours), missing(ours, theirs)];
    const exception = exceptions.find(
      (one) => one.cases.test(why) && one.named.test(onlyTheirs) && one.homeport.test(onlyOurs),
    );
    if (exception === undefined)
      differences.push(`${why}\n  only named:\n${onlyTheirs}\n  only Homeport:\n${onlyOurs}\n`);
    else used.add(exception);
  }
  assert.equal(differences.join("\n"), "");
  assert.deepEqual(
    exceptions.filter((exception) => !used.has(exception)),
    [],
  );
  t.diagnostic(`${updateCases.length} updates compared`);
});

/** The responses, then the records of the zone. */
async function outcome(
  server: UpdatedServer,
  origin: ReturnType<typeof parseName>,
  messages: readonly Uint8Array[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const message of messages) {
    const { header, question, edns } = responseText(await server.update(message), true);
    lines.push(`${header} | ${question} | ${edns}`);
  }
  return [...lines, ...(await server.content(origin))];
}

/** The first lines of the one that the other does not have. */
function missing(these: readonly string[], those: readonly string[]): string {
  return these
    .filter((line) => !those.includes(line))
    .slice(0, 6)
    .join("\n");
}
