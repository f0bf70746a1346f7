/** `custom { … }` of inadyn as an entry of the type `custom`. */
import type { Account } from "../accounts.ts";
import { serviceAt } from "../known-servers.ts";

export interface InadynCustom {
  readonly name: string;
  readonly server: string;
  readonly path: string;
  readonly isSecure: boolean;
  readonly appendsAddress: boolean;
  readonly responses: readonly string[];
  readonly username: string;
  readonly password: string;
  /** Hosts are parts of names: the domain is the username. */
  readonly hasDomain: boolean;
}

/** Services whose user name is the domain. */
const isAskedByDomain: ReadonlySet<string> = new Set(["namecheap"]);

/** What inadyn takes for a success when the config does not say. */
const usualResponses = ["OK", "good", "true", "updated"];

export function customAccount(custom: InadynCustom): Account | { readonly why: string } {
  const { server, path, isSecure, username, password, hasDomain } = custom;
  const filled = templateOf(custom);
  if ("why" in filled) return filled;
  const url = `${isSecure ? "https" : "http"}://${server}${path.startsWith("/") ? "" : "/"}${filled.url}`;
  // Known by its server, and asked as all of its clients ask it
  const known = serviceAt(url);
  const isDomainAsked = known !== undefined && isAskedByDomain.has(known);
  if (known !== undefined && hasDomain === isDomainAsked && /\/update\b/.test(path))
    return {
      service: { type: known, ...(isDomainAsked && { fields: { username: "domain" } }) },
      values: { username, password },
    };
  const responses = custom.responses.length === 0 ? usualResponses : custom.responses;
  return {
    service: { type: "custom" },
    name: custom.name,
    values: { ...(filled.usesUser && { username }), ...(password !== "" && { username, password }) },
    settings: {
      url,
      ok: responses.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"),
      ...(custom.responses.length === 0 && { same: "nochg" }),
    },
  };
}

/** `%u`, `%p`, `%h` and `%i`; without any of them the host or the address goes to the end. */
function templateOf({
  path,
  appendsAddress,
  hasDomain,
}: InadynCustom): { readonly url: string; readonly usesUser: boolean } | { readonly why: string } {
  if (!path.includes("%")) return { url: `${path}${appendsAddress ? "{ip}" : "{fqdn}"}`, usesUser: false };
  const wrong = /%(?![uphi%]|[0-9a-f]{2})./i.exec(path);
  if (wrong !== null) return { why: `inadyn has no ${wrong[0]} in ddns-path; write %u, %p, %h or %i` };
  const url = path.replaceAll(/%([uphi])(?![0-9a-f]{2})/g, (_, letter: string) => {
    if (letter === "u") return hasDomain ? "{domain}" : "{user}";
    if (letter === "p") return "{password}";
    if (letter === "h") return hasDomain ? "{host}" : "{fqdn}";
    return "{ip}";
  });
  return { url: url.replaceAll("%%", "%25"), usesUser: url.includes("{user}") };
}
