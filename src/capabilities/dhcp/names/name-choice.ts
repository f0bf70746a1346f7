/** Which name a client gets: a pure function of what it says and of what the site file says of it. */
import type { ClientFqdn } from "#protocols/dhcp4/client-fqdn.ts";
import { hostNameFrom, isNobodysName } from "#protocols/dhcp4/host-name.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { nameLimits } from "#protocols/dns/name.ts";

export interface NameQuestion {
  /** Names are published at all. */
  readonly publishes: boolean;
  /** Option 81; undefined too when it says what it must not. */
  readonly fqdn: ClientFqdn | undefined;
  /** Option 12. */
  readonly hostName: string | undefined;
  /** Of the host in the site file. */
  readonly reservedName: string | undefined;
  /** `dhcp-{address}`, for clients that say no name. */
  readonly generate: string | undefined;
  /** With or without the final dot; undefined: there is none, and so there are no names. */
  readonly domain: string | undefined;
  readonly address: number;
  /** Type and hardware address in hexadecimal, as a lease has it. */
  readonly hardware: string;
}

export interface NameChoice {
  /** Fully qualified, with the final dot, in lower case. Undefined: none that is to be published. */
  readonly name: string | undefined;
  /** It was made of the address, because nobody said one. */
  readonly generated: boolean;
  /** Its address is to be published. */
  readonly forward: boolean;
  /** Its PTR record is. */
  readonly reverse: boolean;
  /** Option 81 of the reply, should the name become its own; undefined: the client did not send one. */
  readonly fqdnReply: ClientFqdn | undefined;
  /** Why what the client said is no name, as a sentence. */
  readonly problem: string | undefined;
}

/** Chooses: the site file's name, else what option 81 says, else option 12, else a generated one. */
export function chooseName(question: NameQuestion): NameChoice {
  const { domain, reservedName } = question;
  const fqdn = isValid(question.fqdn) ? question.fqdn : undefined;
  // RFC 4702 §4: a client may ask to publish nothing, which is not for the site's own list to follow
  const isWanted = question.publishes && (reservedName !== undefined || fqdn?.noUpdates !== true);
  const chosen = domain === undefined ? nothing : choose(question, fqdn, plainDomain(domain));
  const name = isWanted ? chosen.name : undefined;
  return {
    name,
    generated: name !== undefined && chosen.generated,
    forward: name !== undefined,
    reverse: name !== undefined,
    fqdnReply: fqdn && answerFqdn(fqdn, { name: chosen.name, isPublished: name !== undefined }),
    problem: chosen.problem,
  };
}

/**
 * What the reply says to a client's option 81, once it is known whether the name was published: this server
 * publishes both records or none, whatever the client prefers, and says so. RFC 4702 §4.
 * @param outcome.name the client's with the final dot; undefined: as it said itself
 */
export function answerFqdn(
  asked: ClientFqdn,
  { name, isPublished }: { readonly name: string | undefined; readonly isPublished: boolean },
): ClientFqdn {
  return {
    serverUpdates: isPublished,
    overridden: isPublished !== asked.serverUpdates,
    wireForm: asked.wireForm,
    noUpdates: !isPublished,
    name: name?.slice(0, -1) ?? asked.name,
    isPartial: name === undefined && asked.isPartial,
  };
}

interface Chosen {
  readonly name: string | undefined;
  readonly generated: boolean;
  readonly problem: string | undefined;
}

const nothing: Chosen = { name: undefined, generated: false, problem: undefined };

function choose(question: NameQuestion, fqdn: ClientFqdn | undefined, domain: string): Chosen {
  const { reservedName, hostName, generate } = question;
  const reserved = reservedName === undefined ? undefined : nameOf(reservedName, domain);
  if (reserved !== undefined) return { name: reserved, generated: false, problem: undefined };
  let problem: string | undefined;
  for (const said of [fqdn?.name, hostName]) {
    if (said === undefined || said.trim() === "") continue;
    const name = nameOf(said, domain);
    if (name !== undefined && !isNobodysName(firstLabel(name)))
      return { name, generated: false, problem: undefined };
    problem ??= `it calls itself ${shown(said)}, which is no name for a machine`;
  }
  const generated = generate === undefined ? undefined : nameOf(filled(generate, question), domain);
  return { name: generated, generated: generated !== undefined, problem };
}

/** RFC 4702 §2.1: N and S exclude each other. */
function isValid(fqdn: ClientFqdn | undefined): boolean {
  return fqdn !== undefined && !(fqdn.noUpdates && fqdn.serverUpdates);
}

/**
 * The name in the domain: of one that lies there already all labels below it, of any other the first, since a
 * machine cannot bring the domain that it was in elsewhere.
 */
function nameOf(said: string, domain: string): string | undefined {
  const text = said.trim().replace(/\.$/, "");
  const suffix = `.${domain}`;
  if (text.toLowerCase() === domain) return undefined;
  const isInside = text.toLowerCase().endsWith(suffix);
  const below = isInside ? text.slice(0, -suffix.length).split(".") : [text];
  const labels = below.map(hostNameFrom);
  if (labels.includes(undefined)) return undefined;
  const name = `${labels.join(".")}.${domain}.`;
  // A name of n characters with its final dot has n + 1 octets
  return name.length + 1 > nameLimits.nameOctetsMax ? undefined : name;
}

function filled(template: string, { address, hardware }: NameQuestion): string {
  const text = ipv4ToText(address).replaceAll(".", "-");
  return template.replaceAll("{address}", text).replaceAll("{mac}", hardware.slice(2));
}

function firstLabel(name: string): string {
  return name.slice(0, name.indexOf("."));
}

function plainDomain(domain: string): string {
  return domain.replace(/\.$/, "").toLowerCase();
}

const shownCharactersMax = 64;

function shown(text: string): string {
  const short = text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
  return JSON.stringify(short);
}
