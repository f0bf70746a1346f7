/**
 * What is asked of a server of the dyndns2 protocol: dyn.com's update API with what deSEC, nsupdate.info and
 * routers have added to it, and the older one of EditDNS. What it has of a password is in `login` alone.
 */
import { readWishedAddresses, type WishedAddresses } from "./address-wish.ts";
import { limits } from "./limits.ts";
import { type Login, readAuthorization, tokenOf } from "./login.ts";
import type { ReturnCode } from "./return-codes.ts";

export interface HttpQuestion {
  readonly method: string;
  /** Path and query, as they stand in the request's first line. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
  /** Fields of a form in the body, in the encoding of URLs; empty: there is none. */
  readonly form: string;
}

/** How the answer is to be put. */
export type Dialect = "dyndns2" | "editdns";

export interface UpdateRequest {
  readonly ask: "update";
  readonly dialect: Dialect;
  readonly login: Login | undefined;
  /**
   * In lower case, without the final dot, in order; one that is no name at all is among them. None: the name
   * of the account.
   */
  readonly hostnames: readonly string[];
  readonly addresses: WishedAddresses;
}

export type UpdateQuestion =
  | UpdateRequest
  /** What is my address? */
  | { readonly ask: "address" }
  | { readonly ask: "nothing"; readonly why: "path" | "method" }
  | { readonly ask: "nothing"; readonly why: "refused"; readonly code: ReturnCode };

const paths: ReadonlyMap<string, Dialect | "address"> = new Map([
  ["/nic/update", "dyndns2"],
  ["/v3/update", "dyndns2"],
  ["/api/dynlinux.php", "editdns"],
  ["/myip", "address"],
]);

export function readUpdateQuestion(question: HttpQuestion): UpdateQuestion {
  const [path = "", ...rest] = question.target.split("?");
  const what = paths.get(path.toLowerCase().replace(/(?<=.)\/$/, ""));
  if (what === undefined) return { ask: "nothing", why: "path" };
  if (question.method !== "GET" && question.method !== "POST") return { ask: "nothing", why: "method" };
  if (what === "address") return { ask: "address" };
  const parameters = new Parameters([rest.join("?"), question.form]);
  if (what === "editdns") return readEditDns(parameters);
  // dyn.com asks each program to say who it is, so that one that misbehaves can be found.
  if (question.userAgent === undefined || question.userAgent.trim() === "")
    return { ask: "nothing", why: "refused", code: "badagent" };
  const hostnames = parameters.all(["hostname", "host_id"]).flatMap(namesOf);
  if (hostnames.length > limits.hostnamesMax) return { ask: "nothing", why: "refused", code: "numhost" };
  return {
    ask: "update",
    dialect: "dyndns2",
    login: readAuthorization(question.authorization),
    hostnames,
    addresses: readWishedAddresses((names) => parameters.first(names)),
  };
}

/** EditDNS took the address of the connection alone, and had a password for each name. */
function readEditDns(parameters: Parameters): UpdateRequest {
  return {
    ask: "update",
    dialect: "editdns",
    login: tokenOf(parameters.first(["p"]) ?? ""),
    hostnames: namesOf(parameters.first(["r"]) ?? "").slice(0, 1),
    addresses: { from: "connection" },
  };
}

/** False: a name that can be nowhere in the DNS, or has but one label. RFC 1123 §2.1. */
export function isFullyQualified(name: string): boolean {
  const labels = name.split(".");
  const isLabel = (label: string): boolean =>
    label.length <= limits.labelMax && /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label);
  return name.length <= limits.nameMax && labels.length > 1 && labels.every(isLabel);
}

function namesOf(text: string): string[] {
  const names = text.split(",").map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/(?<=.)\.$/, ""),
  );
  return names.filter((name) => name !== "");
}

/** Those of the query before those of the form, their names in any case. */
class Parameters {
  readonly #values = new Map<string, string[]>();

  constructor(texts: readonly string[]) {
    for (const text of texts) {
      for (const [name, value] of new URLSearchParams(text)) {
        const key = name.toLowerCase();
        const found = this.#values.get(key);
        if (found === undefined) this.#values.set(key, [value.trim()]);
        else found.push(value.trim());
      }
    }
  }

  first(names: readonly string[]): string | undefined {
    for (const name of names) {
      const [value] = this.#values.get(name) ?? [];
      if (value !== undefined) return value;
    }
    return undefined;
  }

  all(names: readonly string[]): readonly string[] {
    const name = names.find((one) => this.#values.has(one));
    return name === undefined ? [] : this.#values.get(name)!;
  }
}
