/** dhcpd.leases: blocks of which the last of an address counts. */

import { hexOctets } from "#protocols/dhcpdconf/expression.ts";
import { parseDhcpdConf } from "#protocols/dhcpdconf/parser.ts";
import { type DhcpdStatement, nameOf, octetsOf, textOf, wordAt } from "#protocols/dhcpdconf/tree.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { limits } from "../../limits.ts";
import { hexWithColons } from "../client-class.ts";
import { importLimits } from "../limits.ts";
import type { LeaseEntry, LeaseReader, LeaseSink } from "./lease-line.ts";

export class DhcpdLeases implements LeaseReader {
  private readonly sink: LeaseSink;
  private readonly nowMs: number;
  private block: string[] = [];
  private octets = 0;
  private started = 0;
  private depth = 0;

  constructor(sink: LeaseSink, nowMs: number) {
    this.sink = sink;
    this.nowMs = nowMs;
  }

  line(text: string, number: number): undefined {
    if (this.depth === 0 && /^\s*(#|$)/.test(text)) return;
    if (this.depth > 0 && /^lease\s/.test(text)) {
      this.sink.broken(this.started, "this lease has no end");
      this.forget();
    }
    if (this.block.length === 0) this.started = number;
    this.octets += text.length;
    this.depth += bracesIn(text);
    if (this.octets <= importLimits.leaseOctetsMax) this.block.push(text);
    if (this.depth > 0) return;
    if (this.octets > importLimits.leaseOctetsMax) this.sink.broken(this.started, "this lease is too long");
    else this.take(this.block.join("\n"), this.started);
    this.forget();
  }

  end(): undefined {
    if (this.block.length > 0) this.sink.broken(this.started, "this lease has no end");
    this.forget();
  }

  private forget(): undefined {
    this.block = [];
    this.octets = 0;
    this.depth = 0;
  }

  private take(text: string, line: number): undefined {
    if (!/^\s*lease\s/.test(text)) {
      if (!others.test(text)) this.sink.broken(line, "it is no lease");
      return;
    }
    const { statements, problems } = parseDhcpdConf("", text, line);
    const [problem] = problems;
    if (problem !== undefined) return this.sink.broken(problem.line, problem.what);
    for (const statement of statements) {
      const entry = this.entryOf(statement);
      if ("why" in entry) this.sink.broken(statement.line, entry.why);
      else this.sink.entry(entry, statement.line);
    }
  }

  private entryOf(statement: DhcpdStatement): LeaseEntry | { readonly why: string } {
    const address = wordAt(statement, 1) ?? "";
    if (parseIpv4(address) === -1) return { why: `${address} is no IPv4 address` };
    const inside = new Map((statement.block ?? []).map((one) => [keyOf(one), one]));
    const binding = inside.get("binding state");
    const state = binding === undefined ? "active" : (wordAt(binding, 2) ?? "");
    if (state === "abandoned") return { address, state: "declined", lease: undefined };
    if (state !== "active") return { address, state: "ended", lease: undefined };
    const ends = timeOf(inside.get("ends"));
    if (ends === undefined) return { why: "it does not say when it ends" };
    const hardware = inside.get("hardware");
    const octets = hexOctets(hardware === undefined ? "" : (wordAt(hardware, 2) ?? ""));
    const uid = identifierOf(inside.get("uid"));
    if (octets === undefined && uid === undefined) return { why: "it does not say who has it" };
    const hostName = inside.get("client-hostname");
    const starts = timeOf(inside.get("starts"));
    return {
      address,
      state: "active",
      lease: {
        address,
        hardwareAddress: octets === undefined ? "" : hexWithColons(octets),
        hardwareType: hardwareTypes[wordAt(hardware ?? statement, 1) ?? ""] ?? 1,
        clientIdentifier: uid,
        hostName: hostName === undefined ? undefined : textOf(wordAt(hostName, 1) ?? "") || undefined,
        sinceMs: typeof starts === "number" ? starts : this.nowMs,
        expiresAtMs: ends === "never" ? this.nowMs + limits.leaseSecondsMax * 1000 : ends,
      },
    };
  }
}

/** What stands between leases. */
const others = /^\s*(authoring-byte-order|server-duid|failover|host|group|class|subclass|ia-(na|ta|pd))\b/;

/** RFC 1700, as dhcpd names them. */
const hardwareTypes: Readonly<Record<string, number>> = {
  ethernet: 1,
  "token-ring": 6,
  fddi: 8,
  infiniband: 32,
};

function keyOf(statement: DhcpdStatement): string {
  const name = nameOf(statement);
  return name === "binding" ? `${name} ${wordAt(statement, 1) ?? ""}` : name;
}

/** In quotes with escapes, or octets with colons. */
function identifierOf(statement: DhcpdStatement | undefined): string | undefined {
  const item = statement?.items[1];
  if (item === undefined) return undefined;
  const octets = item.kind === "quoted" ? octetsOf(item.text) : hexOctets(item.text);
  return octets === undefined || octets.length === 0 ? undefined : hexWithColons(octets);
}

/** `4 2026/11/24 12:00:00`, `epoch 1795521600` or `never`; undefined: none of those. */
function timeOf(statement: DhcpdStatement | undefined): number | "never" | undefined {
  if (statement === undefined) return undefined;
  const [first = "", second = "", third = ""] = [1, 2, 3].map((at) => wordAt(statement, at));
  if (first === "never") return "never";
  if (first === "epoch") return /^\d{1,11}$/.test(second) ? Number(second) * 1000 : undefined;
  const ms = Date.parse(`${second.replaceAll("/", "-")}T${third}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** How many more open than close, outside of strings and comments. */
function bracesIn(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === "#") break;
    else if (character === "{") depth++;
    else if (character === "}") depth--;
  }
  return depth;
}
