/**
 * Routes as a hono application: parameters and bodies checked, every failure as `{ error: { code, message }
 * }`.
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import { ConfigError, type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { type Route, RouteError } from "#contracts/route.ts";
import { parseWith } from "#platform/site/schema-problems.ts";
import { limits } from "./limits.ts";

export interface ApiFailure {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly ConfigProblem[];
  };
}

export function createApi(routes: readonly Route[], log: Log): Hono {
  const api = new Hono();
  const tooLarge = (context: Context) =>
    context.json(failure("HP_BODY_TOO_LARGE", `the body is larger than ${limits.bodyOctetsMax} octets`), 413);
  api.use(bodyLimit({ maxSize: limits.bodyOctetsMax, onError: tooLarge }));
  for (const route of routes) {
    api.on(route.method, honoPath(route.path), async (context) => {
      const parameters = { ...context.req.query(), ...context.req.param() };
      const request = {
        parameters:
          route.parameters === undefined ? {} : checked(route.parameters, parameters, "the parameters"),
        body: route.body === undefined ? undefined : checked(route.body, await bodyOf(context), "the body"),
      };
      const answer: unknown = await route.handle(request);
      if (route.mediaType === undefined) return context.json(answer ?? null);
      return context.body(answer as string, 200, { "content-type": route.mediaType });
    });
  }
  api.notFound((context) => {
    const { method, path } = context.req;
    return context.json(
      failure("HP_NO_ROUTE", `there is no ${method} ${path}; /api/openapi.json lists what there is`),
      404,
    );
  });
  api.onError((error, context) => {
    if (error instanceof RouteError) return context.json(failure(error.code, error.message), error.status);
    if (error instanceof ConfigError) {
      return context.json(failure(error.code, error.message, error.problems), 422);
    }
    log.error(
      { stack: error.stack, method: context.req.method, path: context.req.path },
      "a request met a fault of ours",
    );
    return context.json(failure("HP_FAULT", "a fault of the program itself; its log has the details"), 500);
  });
  return api;
}

/** `/zones/{zone}` as hono writes it. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function checked(schema: z.ZodType, value: unknown, what: string): never {
  const outcome = parseWith(schema, value, []);
  if ("config" in outcome) return outcome.config as never;
  const sentences = outcome.problems.map((problem) => formatProblem(problem)).join(". ");
  throw new RouteError(400, "HP_BAD_REQUEST", `${what}: ${sentences}`);
}

async function bodyOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RouteError(400, "HP_BAD_REQUEST", "the body is not JSON; send one JSON document");
  }
}

function failure(code: string, message: string, problems?: readonly ConfigProblem[]): ApiFailure {
  return { error: { code, message, ...(problems === undefined ? {} : { problems }) } };
}
