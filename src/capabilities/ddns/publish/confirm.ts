/**
 * Whether the authoritative servers of a name have its address: asked of each of them, past every cache.
 *
 * Only what a server says with authority counts (RFC 1035 §4.1.1, AA); where none does, nobody can tell.
 */
import { type Ask, NoAnswer, type Server } from "#platform/dns-query/ask.ts";
import { plainText } from "#platform/terminal/plain-text.ts";
import { ipv6ToText, parseIpv6 } from "#protocols/dns/fields/addresses.ts";
import { decodeMessage, encodeMessage, type Message, queryMessage } from "#protocols/dns/message.ts";
import { type Name, NameError, namesEqual, parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfRcode, Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { type AuthoritativeServer, findAuthoritativeServers } from "./authoritative-servers.ts";
import { confirmLimits } from "./confirm-limits.ts";
import type { Resolve } from "./system-resolve.ts";

export interface Confirmation {
  /** `no`: at least one of them says something else. */
  readonly outcome: "yes" | "no" | "could-not-confirm";
  /** For people: which server says what; always there unless all of them have it. */
  readonly sentence: string | undefined;
}

export interface RecordToConfirm {
  /** Without the final dot; `*.home.example.net` is a wildcard. */
  readonly name: string;
  readonly type: "A" | "AAAA";
  /** In its canonical form. */
  readonly address: string;
}

export interface ConfirmPorts {
  readonly resolve: Resolve;
  readonly askUdp: Ask;
  readonly askTcp: Ask;
  /** 16 bits that nobody can guess. */
  readonly randomId: () => number;
  /** Stands for the asterisk of a wildcard: a label that nobody has. */
  readonly wildcardLabel: string;
  /** Of authoritative servers; default: 53. */
  readonly port?: number;
}

/** Never rejects: a signal that has ended makes it `could-not-confirm`. */
export async function confirmRecord(
  record: RecordToConfirm,
  ports: ConfirmPorts,
  signal: AbortSignal,
): Promise<Confirmation> {
  const name = record.name.replace(/^\*(?=\.)/, ports.wildcardLabel);
  const question = questionOf(name, record.type);
  if (question === undefined) return couldNot(`${name} is no name that can be asked for`);
  const found = await findAuthoritativeServers(record.name.replace(/^\*\./, ""), ports, signal);
  if (found.problem !== undefined) return couldNot(found.problem);
  const asked = found.servers.slice(0, confirmLimits.serversMax).map(async (server) => {
    const verdict = await verdictOf(server, { question, record, ports, signal });
    return { server: server.name, verdict };
  });
  return summaryOf(await Promise.all(asked));
}

interface Question {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
}

function questionOf(name: string, type: "A" | "AAAA"): Question | undefined {
  try {
    return { name: parseName(`${name}.`), type: RRType[type], class: RRClass.IN };
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

type Verdict = { readonly has: "it" } | Doubt;

interface Doubt {
  readonly has: "something-else" | "no-word";
  /** What it has instead, or why it cannot be told. */
  readonly says: string;
}

interface Case {
  readonly question: Question;
  readonly record: RecordToConfirm;
  readonly ports: ConfirmPorts;
  readonly signal: AbortSignal;
}

/** By its first address, and by the next when that one does not answer. */
async function verdictOf(server: AuthoritativeServer, one: Case): Promise<Verdict> {
  let says = "no address";
  for (const address of server.addresses.slice(0, confirmLimits.addressesPerServerMax)) {
    try {
      const answer = await answerOf({ address, port: one.ports.port ?? 53 }, one);
      return readVerdict(answer, one);
    } catch (error) {
      if (error instanceof WireError) says = "answers with something that cannot be read";
      else if (error instanceof NoAnswer) says = error.message;
      else throw error;
    }
    if (one.signal.aborted) break;
  }
  return { has: "no-word", says };
}

async function answerOf(server: Server, { question, ports, signal }: Case): Promise<Message> {
  const query = encodeMessage(queryMessage({ id: ports.randomId(), question })); // RD is 0: no recursion
  const answer = decodeMessage(await ports.askUdp(query, server, confirmLimits.askMsMax, signal));
  if (!answer.isTruncated) return answer;
  return decodeMessage(await ports.askTcp(query, server, confirmLimits.askMsMax, signal)); // RFC 7766 §5
}

function readVerdict(answer: Message, { question, record: { type, address } }: Case): Verdict {
  const { rcode, isAuthoritative } = answer;
  if (rcode !== Rcode.NOERROR && rcode !== Rcode.NXDOMAIN)
    return { has: "no-word", says: `answers ${mnemonicOfRcode(rcode)}` };
  if (!isAuthoritative) return { has: "no-word", says: "answers without authority" };
  const own = answer.answers.filter((one) => one.class === RRClass.IN && namesEqual(one.name, question.name));
  const texts = (wanted: number) =>
    own.filter((one) => one.type === wanted).map((one) => rdataToText(one.type, one.rdata));
  const [target] = texts(RRType.CNAME);
  if (target !== undefined)
    return { has: "something-else", says: `an alias of ${target.replace(/(?<=.)\.$/, "")}` };
  const addresses = texts(question.type);
  if (addresses.includes(canonical(address))) return { has: "it" };
  const instead = rcode === Rcode.NXDOMAIN ? "no such name" : `no ${type} record`;
  return { has: "something-else", says: [...new Set(addresses)].join(" and ") || instead };
}

function canonical(address: string): string {
  const octets = parseIpv6(address);
  return octets === undefined ? address : ipv6ToText(octets);
}

interface Told {
  readonly server: string;
  readonly verdict: Verdict;
}

function summaryOf(told: readonly Told[]): Confirmation {
  const differing = groupsOf(told, "something-else");
  const silent = groupsOf(told, "no-word");
  if (differing.count > 0) {
    const whose =
      differing.count === told.length ? "none of its servers has it" : "not all of its servers have it";
    return { outcome: "no", sentence: sentenceOf(whose, differing) };
  }
  if (silent.count === told.length) return couldNot(sentenceOf("none of its servers tells", silent));
  return {
    outcome: "yes",
    sentence: silent.count === 0 ? undefined : sentenceOf("not all of its servers tell", silent),
  };
}

function couldNot(sentence: string): Confirmation {
  return { outcome: "could-not-confirm", sentence };
}

interface Groups {
  readonly count: number;
  /** Servers, by what they say. */
  readonly servers: ReadonlyMap<string, readonly string[]>;
}

function groupsOf(told: readonly Told[], has: Doubt["has"]): Groups {
  const servers = new Map<string, string[]>();
  let count = 0;
  for (const { server, verdict } of told) {
    if (verdict.has !== has) continue;
    servers.set(verdict.says, [...(servers.get(verdict.says) ?? []), server]);
    count++;
  }
  return { count, servers };
}

/** `none of its servers tells: answers SERVFAIL (ns1, ns2); did not answer within 3 s (ns3)` */
function sentenceOf(front: string, { servers }: Groups): string {
  const parts = [...servers].map(([says, names]) => `${says} (${names.join(", ")})`);
  const sentence = plainText(`${front}: ${parts.join("; ")}`);
  const { sentenceLengthMax } = confirmLimits;
  return sentence.length <= sentenceLengthMax ? sentence : `${sentence.slice(0, sentenceLengthMax - 1)}…`;
}
