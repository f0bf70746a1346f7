/** A name server that answers with the address that asks it. */
import type { AddressFamily } from "#contracts/public-address.ts";
import type { Ask, Server } from "#platform/dns-query/ask.ts";
import { ipv4ToText, ipv6ToText } from "#protocols/dns/fields/addresses.ts";
import { decodeMessage, encodeMessage, type MessageRecord, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { mnemonicOfRcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { WireReader } from "#protocols/dns/wire.ts";
import { limits } from "../../limits.ts";
import type { Witness } from "../witness.ts";
import { boundedWitness, CouldNotTell, type WitnessFacts } from "./bounded-witness.ts";
import { sightingOf } from "./sighting.ts";
import type { WitnessPorts } from "./witness-ports.ts";

export interface WhoamiServer {
  readonly name: string;
  readonly operator: string;
  /** Of the name that stands for whoever asks. */
  readonly question: { readonly name: string; readonly type: "TXT" | "address"; readonly class: number };
  /** Where it takes questions by UDP and by DoT. */
  readonly addresses: Readonly<Record<AddressFamily, string>>;
  readonly tlsName: string;
  readonly https: { readonly url: string; readonly addresses: Readonly<Record<AddressFamily, string>> };
}

export const whoamiServers: readonly WhoamiServer[] = [
  {
    name: "cloudflare",
    operator: "cloudflare",
    question: { name: "whoami.cloudflare.", type: "TXT", class: RRClass.CH },
    addresses: { ipv4: "1.1.1.1", ipv6: "2606:4700:4700::1111" },
    tlsName: "cloudflare-dns.com",
    https: {
      url: "https://cloudflare-dns.com/dns-query",
      addresses: { ipv4: "1.1.1.1", ipv6: "2606:4700:4700::1111" },
    },
  },
  {
    name: "opendns",
    operator: "cisco",
    question: { name: "myip.opendns.com.", type: "address", class: RRClass.IN },
    addresses: { ipv4: "208.67.222.222", ipv6: "2620:119:35::35" },
    tlsName: "dns.opendns.com",
    https: {
      url: "https://doh.opendns.com/dns-query",
      addresses: { ipv4: "146.112.41.2", ipv6: "2620:119:fc::2" },
    },
  },
];

export interface DnsMethod {
  readonly server: WhoamiServer;
  readonly over: "udp" | "tls" | "https";
  readonly ports: Pick<WitnessPorts, "askUdp" | "askTls" | "askHttps" | "randomOctets">;
  readonly alsoPublic: readonly string[];
}

export function dnsWitness(facts: WitnessFacts, { server, over, ports, alsoPublic }: DnsMethod): Witness {
  return boundedWitness(facts, async (family, signal) => {
    const { question } = server;
    const type = question.type === "TXT" ? RRType.TXT : family === "ipv4" ? RRType.A : RRType.AAAA;
    const [high = 0, low = 0] = ports.randomOctets(2);
    const name = parseName(question.name);
    const query = queryMessage({
      id: (high << 8) | low,
      question: { name, type, class: question.class },
      recursionDesired: true,
    });
    const { ask, to } = waysOf({ server, over, ports, family });
    const answer = decodeMessage(await ask(encodeMessage(query), to, limits.lookMsMax, signal));
    if (answer.rcode !== 0) throw new CouldNotTell(`answers ${mnemonicOfRcode(answer.rcode)}`);
    if (answer.isTruncated) throw new CouldNotTell("answers with less than all");
    const texts = answer.answers.filter((record) => record.type === type).map(textOf);
    return sightingOf(texts.join("\n"), { family, alsoPublic });
  });
}

type Way = Pick<DnsMethod, "server" | "over" | "ports"> & { readonly family: AddressFamily };

function waysOf({ server, over, ports, family }: Way): { readonly ask: Ask; readonly to: Server } {
  if (over === "https")
    return {
      ask: ports.askHttps(server.https.url),
      to: { address: server.https.addresses[family], port: 443 },
    };
  if (over === "tls")
    return { ask: ports.askTls(server.tlsName), to: { address: server.addresses[family], port: 853 } };
  return { ask: ports.askUdp, to: { address: server.addresses[family], port: 53 } };
}

function textOf({ type, rdata }: MessageRecord): string {
  const reader = new WireReader(rdata);
  if (type === RRType.A) return ipv4ToText(reader.u32("A"));
  if (type === RRType.AAAA) return ipv6ToText(reader.copy(16, "AAAA"));
  let text = "";
  while (reader.remaining > 0) text += String.fromCharCode(...reader.copy(reader.u8("TXT"), "TXT"));
  return text;
}
