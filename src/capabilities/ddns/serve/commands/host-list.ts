/** `homeport ddns host list` and `show`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { age } from "#platform/terminal/age.ts";
import { alignColumns } from "#platform/terminal/columns.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import type { HostAnswer, HostNameAnswer } from "../host-answer.ts";
import { askHosts, notServing } from "./hosts-api.ts";

interface ListedHosts {
  readonly hosts: readonly HostAnswer[];
  readonly listening: readonly string[];
  readonly url: string;
}

export async function hostList(call: CommandCall, nowMs = Date.now()): Promise<ExitCode> {
  const { terminal, json } = call;
  const listed = (await askHosts(call, "GET", "")) as ListedHosts;
  if (json) {
    terminal.print(plainJson(listed));
    return ExitCode.ok;
  }
  if (listed.hosts.length === 0)
    terminal.print("no host may tell its address; add one: homeport ddns host add NAME");
  else {
    const rows = listed.hosts.flatMap((host) => host.names.map((name) => rowOf(host, name, nowMs)));
    const head = ["NAME", "ADDRESSES", "UPDATED", "USER", "STATE"];
    printTable(terminal, [head, ...rows], ["left", "left", "left", "left", "left"]);
  }
  if (listed.listening.length === 0) terminal.print(`\n${notServing}`);
  return ExitCode.ok;
}

export async function hostShow(call: CommandCall, nowMs = Date.now()): Promise<ExitCode> {
  const { terminal, json } = call;
  const who = String(call.arguments["host"]).toLowerCase();
  const { hosts, url } = (await askHosts(call, "GET", "")) as ListedHosts;
  const isMeant = ({ user, names }: HostAnswer): boolean =>
    user === who || names.some(({ name }) => name === who);
  const host = hosts.find(isMeant);
  if (host === undefined) {
    terminal.printError(
      `there is no host ${plainText(who)}; homeport ddns host list shows those that there are`,
    );
    return ExitCode.notFound;
  }
  if (json) terminal.print(plainJson({ host, url }));
  else for (const line of linesOf(host, url, nowMs)) terminal.print(line);
  return ExitCode.ok;
}

function rowOf({ user, isActive }: HostAnswer, name: HostNameAnswer, nowMs: number): string[] {
  const addresses = [name.ipv4, name.ipv6].filter((one) => one !== null).join(" ");
  const updated = name.updatedAt === null ? "never" : agoWords(name.updatedAt, nowMs);
  return [name.name, addresses === "" ? "-" : addresses, updated, user, stateWords(name, isActive)].map(
    plainText,
  );
}

function stateWords({ isBlocked, problem, updatedAt }: HostNameAnswer, isActive: boolean): string {
  if (!isActive) return "disabled";
  if (isBlocked) return "blocked";
  if (problem !== null) return "refused";
  return updatedAt === null ? "-" : "ok";
}

function linesOf(host: HostAnswer, url: string, nowMs: number): string[] {
  const facts: (readonly [title: string, value: string | null])[] = [
    ["added", agoWords(host.createdAt, nowMs)],
    ["secret set", agoWords(host.secretSetAt, nowMs)],
    ["update URL", url],
  ];
  const lines = [`${plainText(host.user)}${host.isActive ? "" : ": disabled"}`, ...columns(facts)];
  for (const name of host.names) lines.push("", plainText(name.name), ...columns(factsOf(name, nowMs)));
  return lines;
}

function factsOf(name: HostNameAnswer, nowMs: number): (readonly [title: string, value: string | null])[] {
  const when = (moment: string | null): string | null => (moment === null ? null : agoWords(moment, nowMs));
  const blocked = name.isBlocked ? "; blocked: homeport ddns host clear" : "";
  return [
    ["IPv4", name.ipv4],
    ["IPv6", name.ipv6],
    ["last update", when(name.updatedAt) ?? "never"],
    ["it came from", name.from],
    ["by", name.agent],
    ["last seen", when(name.seenAt)],
    ["refused", name.problem],
    ["needless this week", name.faults === 0 ? null : `${name.faults}${blocked}`],
    ["interface identifier", name.interfaceId],
    ["follows the prefix of", name.follows],
  ];
}

function columns(facts: readonly (readonly [title: string, value: string | null])[]): string[] {
  const rows = facts.flatMap(([title, value]) => (value === null ? [] : [[`  ${title}`, plainText(value)]]));
  return alignColumns(rows, ["left", "left"]);
}

function agoWords(moment: string, nowMs: number): string {
  return `${age(nowMs - Date.parse(moment))} ago`;
}
