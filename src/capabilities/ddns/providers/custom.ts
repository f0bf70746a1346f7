/** A service that Homeport does not know: the site file says what to ask it, and how to read its answer. */

import { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { httpUrl } from "#platform/site/config-fields.ts";
import { returnCodes } from "#protocols/dyndns2/return-codes.ts";
import type { ProviderDefinition, ProviderSettings } from "./provider.ts";
import { optionalSecret } from "./secret-fields.ts";
import { boundedPattern } from "./templates/bounded-pattern.ts";
import { isOfOneFamily, placeholdersIn } from "./templates/placeholders.ts";
import { isForm } from "./templates/requests.ts";
import { type AnswerPattern, type AnswerRule, good, retry, same, stop } from "./templates/template.ts";
import { placeProblems } from "./templates/template-problems.ts";
import { templateProvider } from "./templates/template-provider.ts";

const pattern = z.string().min(1).max(500).optional();

const settings = {
  method: z.enum(["GET", "POST", "PUT"]).default("GET").describe("How to ask"),
  url: httpUrl
    .max(2_000)
    .describe(
      "What to ask. {ip} becomes the address, {ip4} and {ip6} those of the families, {ip6prefix} the /64 of the IPv6 one, {fqdn} the name, {domain} its `zone`, {host} what is before that; {user} and {password} those of below",
    ),
  headers: z
    .record(z.string(), z.string().max(2_000))
    .default({})
    .describe("Header fields, with placeholders"),
  body: z
    .string()
    .max(4_000)
    .optional()
    .describe("Body, with placeholders; one of a form, unless headers say else"),
  user: z.string().min(1).optional().describe("With a password that stands nowhere else: logs in by Basic"),
  ...optionalSecret("password", "Password, for {password} or for Basic"),
  ok: pattern.describe(
    "Regular expression, upper and lower case alike, that fits the answer when the address was taken; none at all: the codes of dyndns2",
  ),
  same: pattern.describe("The same, when the service had the address already"),
  fatal: pattern.describe("The same, when a person must look at it before it is tried again"),
  retry: pattern.describe("The same, when it may work later"),
};

/** Written by the schema above, with the password read from its file. */
interface CustomSettings {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly user?: string;
  readonly password?: string;
  readonly ok?: string;
  readonly same?: string;
  readonly fatal?: string;
  readonly retry?: string;
}

/** In the order in which they are tried: what says that it went wrong is believed first. */
const readings = [
  ["fatal", stop("record", "the answer fits `fatal`")],
  ["retry", retry(0, "the answer fits `retry`")],
  ["same", same],
  ["ok", good],
] as const satisfies readonly (readonly [keyof CustomSettings, AnswerPattern["meaning"]])[];

/** Any service that takes addresses by HTTP. */
export const custom: ProviderDefinition = {
  type: "custom",
  title: "Any service by HTTP",
  settings,
  types: ["A", "AAAA"],
  recordsPerCallMax: 20,
  hasTtl: false,
  hasProxy: false,
  refreshDays: undefined,
  pauseSecondsMin: 0,
  requestsPerHourMax: 120,
  isConfirmable: true,
  check: (own) => problemsOf(own as unknown as CustomSettings),
  open: (own) => openCustom(own as unknown as CustomSettings & ProviderSettings),
};

function openCustom(own: CustomSettings & ProviderSettings): ReturnType<ProviderDefinition["open"]> {
  const { method, url, headers, body, user, password } = own;
  const used = usedIn(own);
  const logsIn = user !== undefined && password !== undefined && !used.includes("password");
  return templateProvider(
    {
      title: new URL(url).host,
      method,
      url,
      headers,
      ...(body !== undefined && { body }),
      ...(logsIn && { basic: { user: "{user}", password: "{password}" } }),
      namesPerRequest: 1,
      addressesPerRequest: used.some((name) => isOfOneFamily(name) || name === "ips") ? 2 : 1,
      ...(!used.some((name) => name.startsWith("ip")) && { takesSource: true }),
      answer: answerRule(own),
    },
    own,
  );
}

function answerRule(own: CustomSettings): AnswerRule {
  const patterns = readings.flatMap(([code, meaning]) => {
    const source = own[code];
    return source === undefined ? [] : [{ code, pattern: boundedPattern(source), meaning }];
  });
  return patterns.length === 0 ? { by: "codes", codes: returnCodes } : { by: "patterns", patterns };
}

function usedIn({ url, headers, body = "" }: CustomSettings): readonly string[] {
  return [url, body, ...Object.values(headers)].flatMap(placeholdersIn);
}

function problemsOf(own: CustomSettings): readonly ConfigProblem[] {
  const { url, headers, body, user, password } = own;
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const has = new Set(["user", "password"].filter((name) => own[name as "user"] !== undefined));
  const isFormBody = type === undefined || isForm(type);
  const problems = [
    ...placeProblems("url", url, { has, mayDrop: true }),
    ...Object.entries(headers).flatMap(([name, value]) =>
      placeProblems(`headers.${name}`, value, { has, mayDrop: false }),
    ),
    ...(body === undefined ? [] : placeProblems("body", body, { has, mayDrop: isFormBody })),
    ...patternProblems(own),
  ];
  const used = usedIn(own);
  if (used.includes("ip") && used.some((name) => isOfOneFamily(name) || name === "ips"))
    problems.push({
      severity: "error",
      path: "url",
      what: "{ip} and {ip4} or {ip6} are both there",
      remedy: "write {ip} for a request for each family, or {ip4} and {ip6} for both in one",
    });
  if (password !== undefined && user === undefined && !used.includes("password"))
    problems.push({
      severity: "error",
      path: "password",
      what: "the password is used nowhere",
      remedy: "write {password} where it belongs, or add `user` to log in by Basic",
    });
  return problems;
}

function patternProblems(own: CustomSettings): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [name] of readings) {
    const source = own[name];
    if (source === undefined) continue;
    try {
      boundedPattern(source);
    } catch (error) {
      problems.push({
        severity: "error",
        path: name,
        what: (error as SyntaxError).message,
        remedy: "write a regular expression of JavaScript",
      });
    }
  }
  if (own.ok === undefined && readings.some(([name]) => own[name] !== undefined))
    problems.push({
      severity: "error",
      path: "ok",
      what: "nothing says what the answer to a success looks like",
      remedy:
        "add `ok`, or leave all of `ok`, `same`, `fatal` and `retry` out where it answers as dyndns2 does",
    });
  return problems;
}
