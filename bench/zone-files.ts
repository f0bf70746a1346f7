/** Zone files of any size, written without holding them. */
import { closeSync, openSync, writeSync } from "node:fs";

const pieceCharacters = 1 << 20;

/** Writes lines, each with its newline, in large pieces. */
export function writeLines(file: string, lines: Iterable<string>): void {
  const handle = openSync(file, "w");
  try {
    let text = "";
    for (const line of lines) {
      text += line;
      text += "\n";
      if (text.length > pieceCharacters) {
        writeSync(handle, text);
        text = "";
      }
    }
    writeSync(handle, text);
  } finally {
    closeSync(handle);
  }
}

/** What every zone begins with: its SOA, and one server below it. */
export function apexLines(serial = 1): string[] {
  return ["$TTL 3600", `@ IN SOA ns1 admin ${serial} 3600 600 86400 300`, " IN NS ns1", "ns1 IN A 192.0.2.1"];
}

/** Below the zone: host0000000 and on. */
export function hostLabel(index: number): string {
  return `host${String(index).padStart(7, "0")}`;
}

/** A zone of `count` names, each with one address. */
export function* hostsZone(count: number, serial = 1): Generator<string> {
  yield* apexLines(serial);
  for (let i = 0; i < count; i++) {
    yield `${hostLabel(i)} IN A 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
  }
}
