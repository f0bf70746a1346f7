/** A table of statements about transfers, updates and history that do not come over, and why not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { importOf } from "./import-of.ts";

/** What is not carried over, and why: the sentences about transfers, updates and history. */
const sentences: readonly (readonly [statement: string, said: string])[] = [
  ["querylog yes;", "Homeport logs queries only while it is told to: rndc querylog on"],
  ["http-port 80;", "Homeport does not answer over HTTPS"],
  ["tls-port 853;", "dns.tls says where to answer over TLS, with the port"],
  [
    "allow-new-zones yes;",
    "rndc adds no zones here; write each into site.yaml, or into a catalog zone that Homeport follows",
  ],
  ["ixfr-from-differences yes;", "Homeport always does: from a changed zone file it takes what differs"],
  ["max-journal-size 1M;", "the history of a zone is in the store, within bounds of its own"],
  ["max-ixfr-ratio 50%;", "the history of a zone is in the store, within bounds of its own"],
  ["provide-ixfr no;", "whoever may copy a zone gets its changes, or all of it where that is not possible"],
  ["request-ixfr no;", "Homeport asks for changes first, and for the whole zone where there are none"],
  ["request-expire no;", "Homeport goes by the expiry time of the SOA record"],
  ["transfer-format one-answer;", "Homeport puts many records into each message, as with many-answers"],
  [
    "transfer-source 192.0.2.1;",
    "the system chooses the address that Homeport speaks from; write a route or a rule of the firewall",
  ],
  [
    "notify-source 192.0.2.1;",
    "the system chooses the address that Homeport speaks from; write a route or a rule of the firewall",
  ],
  ["transfers-out 5;", "Homeport has bounds of its own for transfers"],
  ["max-transfer-idle-in 5;", "Homeport has bounds of its own for transfers"],
  ["notify-rate 5;", "Homeport has bounds of its own for notifications"],
  ["notify-delay 5;", "Homeport has bounds of its own for notifications"],
  ["notify-to-soa yes;", "Homeport tells all name servers of a zone but the one that its SOA record names"],
  ["min-retry-time 5;", "Homeport keeps to the times of the SOA record, within bounds of its own"],
  ["multi-master yes;", "Homeport passes over a primary with an older serial number for the next one"],
  ["try-tcp-refresh no;", "Homeport asks by TCP where UDP brings no answer, as with yes"],
  ["dialup yes;", "a line that is dialled is not known; notify: explicit tells of changes where you say"],
  ["max-records 5;", "Homeport bounds records by name and type only: recordsPerTypeMax and typesPerNameMax"],
  [
    "masterfile-format text;",
    "zone files are read as text, and zones that are copied or updated are kept in the store, not in files",
  ],
  ["session-keyname x;", "Homeport makes no key at its start; homeport key new makes one to keep"],
  ["update-quota 5;", "a setting of named's own workings; Homeport has bounds of its own"],
  [
    "flush-zones-on-shutdown yes;",
    "zones that are copied or updated are kept in the store, not in files, before they are seen",
  ],
  ["listen-on port 443 tls none http default { any; };", "Homeport does not answer over HTTPS"],
];

for (const [statement, said] of sentences) {
  test(`not carried over: ${statement}`, async () => {
    const { report } = await importOf({ "named.conf": `options { ${statement} };` });
    const name = statement.split(" ")[0]!;
    const lines = report
      .split("\n\n")
      .find((section) => section.startsWith("Not carried over"))!
      .split("\n");
    assert.deepEqual(lines.slice(1), [`  named.conf:1: options ${name}: ${said}`]);
  });
}

/** Statements of a `server` block. */
const serverSentences: readonly (readonly [statement: string, said: string])[] = [
  [
    "bogus yes;",
    "Homeport asks only servers that site.yaml names; whom it hears, say allowQuery and its like",
  ],
  ["provide-ixfr no;", "whoever may copy a zone gets its changes, or all of it where that is not possible"],
  ["request-ixfr no;", "Homeport asks for changes first, and for the whole zone where there are none"],
  ["transfer-format one-answer;", "Homeport puts many records into each message"],
  ["transfers 5;", "Homeport has bounds of its own"],
  ["tcp-only yes;", "Homeport finds out what a server can"],
];

for (const [statement, said] of serverSentences) {
  test(`of a server: ${statement}`, async () => {
    const { report } = await importOf({ "named.conf": `server 192.0.2.1 { ${statement} };` });
    assert(report.includes(`server 192.0.2.1 ${statement.split(" ")[0]}: ${said}\n`), report);
  });
}
