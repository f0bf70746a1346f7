/** `homeport ddns providers [TYPE]`: what can be written into `ddns.providers`. Asks no running program. */
import { z } from "zod";
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { nearestName } from "#platform/site/nearest-name.ts";
import { alignColumns } from "#platform/terminal/columns.ts";
import { plainJson, plainText } from "#platform/terminal/plain-text.ts";
import { printTable } from "#platform/terminal/table.ts";
import { definitionOf, providerDefinitions } from "../providers/definitions.ts";
import type { ProviderDefinition } from "../providers/provider.ts";

interface Field {
  readonly name: string;
  readonly meaning: string;
  readonly isRequired: boolean;
  readonly fallback: unknown;
}

export function ddnsProviders(call: CommandCall): ExitCode {
  const { json, terminal } = call;
  const type = call.arguments["type"] as string | undefined;
  if (type === undefined) {
    if (json) terminal.print(plainJson({ providers: providerDefinitions.map(facts) }));
    else printAll(call);
    return ExitCode.ok;
  }
  const definition = definitionOf(type.toLowerCase());
  if (definition === undefined) {
    const nearest = nearestName(
      type,
      providerDefinitions.map((one) => one.type),
    );
    const hint = nearest === undefined ? "homeport ddns providers lists them" : `did you mean ${nearest}?`;
    terminal.printError(`there is no kind of provider "${plainText(type)}"; ${hint}`);
    return ExitCode.notFound;
  }
  if (json) terminal.print(plainJson(facts(definition)));
  else for (const line of describe(definition)) terminal.print(line);
  return ExitCode.ok;
}

function printAll({ terminal }: CommandCall): void {
  const rows = [...providerDefinitions]
    .sort((one, other) => one.type.localeCompare(other.type))
    .map(({ type, title, types, hasTtl, refreshDays }) => [
      type,
      title,
      types.join(", "),
      hasTtl ? "yes" : "no",
      refreshDays === undefined ? "-" : `${refreshDays} d`,
    ]);
  const header = ["TYPE", "PROVIDER", "RECORDS", "TTL", "FORGETS AFTER"];
  printTable(terminal, [header, ...rows], ["left", "left", "left", "left", "right"]);
  terminal.print("");
  terminal.print("The zones of this server need no entry: write `provider: zones` into the record.");
  terminal.print("homeport ddns providers TYPE shows what to write for one.");
}

function describe(definition: ProviderDefinition): string[] {
  const { type, title, types, refreshDays, requestsPerHourMax } = definition;
  const fields = fieldsOf(definition);
  const rows = fields.map(({ name, meaning, fallback }) => [
    `  ${name}`,
    `${meaning}${fallback === undefined ? "" : ` (default ${JSON.stringify(fallback)})`}`,
  ]);
  const example = fields.filter(({ isRequired, name }) => isRequired || isSecretFile(name, fields));
  return [
    `${title}: ${types.join(" and ")} records`,
    ...(refreshDays === undefined
      ? []
      : [`A name that nobody updates for ${refreshDays} days is lost there; it is refreshed before.`]),
    ...(requestsPerHourMax > 1 ? [`Asked ${requestsPerHourMax} times an hour at most.`] : []), // by HTTP
    "",
    ...alignColumns(rows, ["left", "left"]),
    "",
    "ddns:",
    "  providers:",
    `    - name: ${type}`,
    `      type: ${type}`,
    ...example.map(({ name }) => `      ${name}: ${isSecretFile(name, fields) ? `keys/${type}` : "…"}`),
    "  records:",
    `    - { name: home.example.net, provider: ${type} }`,
  ];
}

/** `tokenFile` beside `token`: one of the two is needed. */
function isSecretFile(name: string, fields: readonly Field[]): boolean {
  return name.endsWith("File") && fields.some((field) => `${field.name}File` === name);
}

function fieldsOf({ settings }: ProviderDefinition): readonly Field[] {
  const schema = z.toJSONSchema(z.strictObject(settings), { io: "input" }) as {
    readonly properties?: Readonly<Record<string, { description?: string; default?: unknown }>>;
    readonly required?: readonly string[];
  };
  return Object.entries(schema.properties ?? {}).map(([name, { description = "", default: fallback }]) => ({
    name,
    meaning: description,
    isRequired: schema.required?.includes(name) === true,
    fallback,
  }));
}

function facts(definition: ProviderDefinition) {
  const { type, title, types, hasTtl, hasProxy, refreshDays, requestsPerHourMax } = definition;
  return {
    type,
    title,
    types,
    hasTtl,
    hasProxy,
    refreshDays: refreshDays ?? null,
    requestsPerHourMax,
    settings: fieldsOf(definition).map(({ fallback, ...field }) => ({ ...field, default: fallback ?? null })),
  };
}
