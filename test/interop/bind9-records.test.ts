/**
 * Every record type, compared with BIND: what it takes we take, what it refuses we refuse, and wire form
 * and text agree.
 *
 * `named-rrchecker -u` prints the wire form, `-p` the text. Texts are compared after `normalized`, which
 * says why.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { parseRdata, rdataToText, recordFormats } from "#protocols/dns/records/index.ts";
import { typeFromMnemonic } from "#protocols/dns/registry.ts";
import { RecordTextError, textReader } from "#protocols/dns/text-reader.ts";
import { findProgram, requirePeer } from "../peers.ts";
import { invalidRdata, validRdata } from "./bind9-records.cases.ts";

const debianPackage = "bind9-utils";

test("named-rrchecker and Homeport give one wire form and one text to every valid record", (t) => {
  if (!requirePeer(t, "named-rrchecker", debianPackage)) return;
  const differences = each(validRdata, (type, text) => {
    const number = typeFromMnemonic(type)!;
    const rdata = parseRdata(number, textReader(text));
    const ours = `${rdata.toHex().toUpperCase()} ${normalized(rdataToText(number, rdata))}`;
    const hex = /\\# \d+ ?([0-9A-F]*)$/.exec(rrchecker("-u", type, text))?.[1];
    const theirs = `${hex} ${normalized(rrchecker("-p", type, text).replace(/^IN\t\S+\t?/, ""))}`;
    return ours === theirs ? undefined : `${ours} differs from BIND's ${theirs}`;
  });
  assert.deepEqual(differences, []);
});

test("Homeport refuses the records that named-rrchecker refuses", (t) => {
  if (!requirePeer(t, "named-rrchecker", debianPackage)) return;
  const differences = each(invalidRdata, (type, text) => {
    const takenBy = [
      accepts(() => parseRdata(typeFromMnemonic(type)!, textReader(text))) ? ["Homeport"] : [],
      accepts(() => rrchecker("-p", type, text)) ? ["BIND"] : [],
    ].flat();
    return takenBy.length === 0 ? undefined : `taken by ${takenBy.join(" and ")}`;
  });
  assert.deepEqual(differences, []);
});

test("Homeport refuses every invalid record, and reads back what it prints of every valid one, BIND or not", () => {
  for (const [type, texts] of Object.entries(invalidRdata)) {
    for (const text of texts) {
      const parse = (): unknown => parseRdata(typeFromMnemonic(type)!, textReader(text));
      assert.throws(parse, { name: "RecordTextError" }, `${type} ${text}`);
    }
  }
  for (const [type, texts] of Object.entries(validRdata)) {
    for (const text of texts) {
      const number = typeFromMnemonic(type)!;
      const rdata = parseRdata(number, textReader(text));
      assert.deepEqual(parseRdata(number, textReader(rdataToText(number, rdata))), rdata, `${type} ${text}`);
    }
  }
});

test("the table of valid and invalid records covers every record format", () => {
  for (const { mnemonic } of recordFormats) {
    assert.ok(validRdata[mnemonic] !== undefined, `no valid ${mnemonic}`);
    assert.ok(invalidRdata[mnemonic] !== undefined, `no invalid ${mnemonic}`);
  }
});

/** What `compare` says of each case, with the case in front. */
function each(
  table: Readonly<Record<string, readonly string[]>>,
  compare: (type: string, text: string) => string | undefined,
): string[] {
  const differences: string[] = [];
  for (const [type, texts] of Object.entries(table)) {
    for (const text of texts) {
      const difference = attempt(() => compare(type, text));
      if (difference !== undefined) differences.push(`${type} ${text}: ${difference}`);
    }
  }
  return differences;
}

function attempt(compare: () => string | undefined): string | undefined {
  try {
    return compare();
  } catch (error) {
    return (error as Error).message;
  }
}

/** True when it does not refuse. What is neither result is a fault of ours and goes on up. */
function accepts(take: () => unknown): boolean {
  try {
    take();
    return true;
  } catch (error) {
    if (error instanceof RecordTextError || error instanceof RrcheckerError) return false;
    throw error;
  }
}

class RrcheckerError extends Error {}

function rrchecker(option: "-p" | "-u", type: string, text: string): string {
  const input = `IN ${type} ${text}\n`;
  const { status, stdout, stderr } = spawnSync(findProgram("named-rrchecker")!, [option], { input });
  if (status !== 0) throw new RrcheckerError(`named-rrchecker: ${stderr.toString()}`);
  return stdout.toString().trim();
}

/**
 * ZONEMD: BIND puts a space into the digest. dohpath: BIND 9.18 reads the name of RFC 9461 §5, but prints
 * key7.
 */
function normalized(text: string): string {
  return text.replace(/([0-9A-F]{40,}) ([0-9A-F]+)$/, "$1$2").replace(/\bdohpath=/, "key7=");
}
