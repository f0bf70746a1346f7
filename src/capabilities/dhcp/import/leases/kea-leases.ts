/** Kea's memfile, such as kea-leases4.csv: the last line of an address counts. */
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { limits } from "../../limits.ts";
import type { LeaseReader, LeaseSink } from "./lease-line.ts";

const infinite = 0xffff_ffff;
const macPattern = /^([0-9a-f]{1,2}(:[0-9a-f]{1,2})*)?$/i;

const names = ["address", "hwaddr", "client_id", "valid_lifetime", "expire", "hostname", "state"] as const;
type Column = (typeof names)[number];

interface Columns {
  readonly at: Readonly<Record<Column, number>>;
  /** A line with fewer was cut while it was written. */
  readonly least: number;
}

function columnsOf(fields: readonly string[]): Columns {
  const at = Object.fromEntries(names.map((name) => [name, fields.indexOf(name)])) as Record<Column, number>;
  return { at, least: Math.max(at.expire, at.state) + 1 };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

export class KeaLeases implements LeaseReader {
  private readonly sink: LeaseSink;
  private readonly nowMs: number;
  private columns: Columns | undefined;

  constructor(sink: LeaseSink, nowMs: number) {
    this.sink = sink;
    this.nowMs = nowMs;
  }

  line(text: string, number: number): undefined {
    if (text === "") return;
    const fields = text.split(",");
    if (fields[0] === "address") {
      this.columns = columnsOf(fields);
      return;
    }
    const { columns } = this;
    if (columns === undefined) return this.sink.broken(number, "the first line does not name the columns");
    if (fields.length < columns.least) return this.sink.broken(number, "the line is cut short");
    const field = (name: Column): string => plainText(fields[columns.at[name]] ?? "");
    const address = field("address");
    if (parseIpv4(address) === -1) return this.sink.broken(number, `${address} is no IPv4 address`);
    const expire = Number(field("expire"));
    const lifetime = Number(field("valid_lifetime"));
    const state = Number(field("state"));
    if (!isCount(expire) || !isCount(lifetime) || !isCount(state))
      return this.sink.broken(number, "its times are no numbers");
    // A lease that was deleted is written with a lifetime of 0
    if (lifetime === 0 || state === 2)
      return this.sink.entry({ address, state: "ended", lease: undefined }, number);
    if (state === 1) return this.sink.entry({ address, state: "declined", lease: undefined }, number);
    const hardware = field("hwaddr");
    const identifier = field("client_id");
    if (hardware === "" && identifier === "") return this.sink.broken(number, "it does not say who has it");
    if (!macPattern.test(hardware) || !macPattern.test(identifier))
      return this.sink.broken(number, "who has it is not hexadecimal");
    const isEndless = lifetime === infinite;
    this.sink.entry(
      {
        address,
        state: "active",
        lease: {
          address,
          hardwareAddress: padded(hardware),
          hardwareType: 1,
          clientIdentifier: identifier === "" ? undefined : padded(identifier),
          hostName: field("hostname") || undefined,
          sinceMs: isEndless ? this.nowMs : (expire - lifetime) * 1000,
          expiresAtMs: isEndless ? this.nowMs + limits.leaseSecondsMax * 1000 : expire * 1000,
        },
      },
      number,
    );
  }

  end(): undefined {
    // each line stands for itself
  }
}

/** Kea writes what would end a column as `&#x2c`. */
function plainText(text: string): string {
  if (!/[&\x80-\xff]/.test(text)) return text;
  const octets = text.replaceAll(/&#x([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(octets, "latin1").toString("utf8");
}

function padded(text: string): string {
  const lower = text.toLowerCase();
  // Kea pads; people who make such files may not
  return /(^|:).(:|$)/.test(lower) ? lower.replaceAll(/(?<=^|:).(?=:|$)/g, "0$&") : lower;
}
