/** What the API can do with any program: status, reload, stop, version, and its own description. */
import { z } from "zod";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { MetricFamily } from "#contracts/metrics.ts";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import { metricsMediaType, metricsText } from "./metrics-text.ts";
import { openApiDocument } from "./openapi.ts";

const Problem = z.object({
  severity: z.enum(["error", "warning"]),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  path: z.string().optional().describe("Where in the site file"),
  what: z.string(),
  remedy: z.string().optional().describe("What to write or do instead"),
}) as unknown as z.ZodType<ConfigProblem, ConfigProblem>; // absent means absent, never undefined

const Status = z.object({
  site: z.string().describe("Name of the site"),
  version: z.string(),
  pid: z.int(),
  startedAt: z.iso.datetime(),
  siteFile: z.string(),
  dataFolder: z.string(),
  lastReload: z
    .object({ at: z.iso.datetime(), problems: z.array(Problem).describe("Empty when it was carried out") })
    .optional()
    .describe("Absent before the first one"),
  capabilities: z.array(
    z.object({
      id: z.string(),
      summary: z.string().describe("One sentence"),
      problems: z.array(Problem),
      listening: z.array(z.string()).describe("Addresses with ports"),
      hints: z.array(z.string()).describe("What to type next"),
      details: z.unknown(),
    }),
  ),
});
export type ProgramStatus = z.output<typeof Status>;

/** What the routes need of the program that runs. */
export interface Program {
  readonly version: string;
  status(): z.input<typeof Status>;
  /** Of the process and of all that runs in it. */
  metrics(): readonly MetricFamily[];
  /** Throws `ConfigError`; then nothing has changed. */
  reload(): Promise<void>;
  /** When the site file was taken with another content, newest first. */
  history(): Promise<{ revision: number; at: string; path: string; octets: number }[]>;
  /** The site file as it was then; undefined when that is not kept. */
  siteTextAt(revision: number): Promise<string | undefined>;
  /** Begins to stop; the answer still goes out. */
  stop(): void;
}

/** `others` are the capabilities' routes: the description names them too. */
export function coreRoutes(program: Program, others: readonly Route[]): readonly Route[] {
  const core: readonly Route[] = [
    defineRoute({
      method: "GET",
      path: "/api/status",
      summary: "What runs, and what is wrong with it",
      answer: Status,
      handle: () => program.status(),
    }),
    defineRoute({
      method: "GET",
      path: "/metrics",
      summary: "Numbers of what runs, as Prometheus reads them",
      answer: z.string(),
      mediaType: metricsMediaType,
      handle: () => metricsText(program.metrics()),
    }),
    defineRoute({
      method: "GET",
      path: "/api/metrics",
      summary: "Numbers of what runs",
      answer: z.object({ families: z.array(MetricFamily) }),
      handle: () => ({ families: [...program.metrics()] }),
    }),
    defineRoute({
      method: "POST",
      path: "/api/reload",
      summary: "Read the site file again: everything changes to it, or nothing does",
      answer: Status,
      async handle() {
        await program.reload();
        return program.status();
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/site/history",
      summary: "When the site file was taken with another content, newest first",
      answer: z.object({
        changes: z.array(
          z.object({ revision: z.int(), at: z.iso.datetime(), path: z.string(), octets: z.int() }),
        ),
      }),
      handle: async () => ({ changes: await program.history() }),
    }),
    defineRoute({
      method: "GET",
      path: "/api/site/history/{revision}",
      summary: "The site file as it was taken at a revision, but for its secrets",
      parameters: z.object({ revision: z.string().regex(/^\d{1,15}$/) }),
      answer: z.object({ text: z.string() }),
      async handle({ parameters: { revision } }) {
        const text = await program.siteTextAt(Number(revision));
        if (text !== undefined) return { text };
        const what = `the site file of revision ${revision} is not kept; homeport history lists those that are`;
        throw new RouteError(404, "HP_SITE_REVISION", what);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/stop",
      summary: "Stop the program",
      answer: z.object({ stopping: z.literal(true), pid: z.int() }),
      handle() {
        program.stop();
        return { stopping: true as const, pid: process.pid };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/version",
      summary: "Version of the program and of the Node it runs on",
      answer: z.object({ version: z.string(), node: z.string() }),
      handle: () => ({ version: program.version, node: process.versions.node }),
    }),
  ];
  const description: Route = defineRoute({
    method: "GET",
    path: "/api/openapi.json",
    summary: "This description",
    answer: z.record(z.string(), z.unknown()),
    handle: (): Record<string, unknown> =>
      openApiDocument([...core, description, ...others], program.version),
  });
  return [...core, description, ...others];
}
