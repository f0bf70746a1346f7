/** The OpenAPI 3.1 description of a list of routes. */
import { z } from "zod";
import type { Route } from "#contracts/route.ts";

const failureSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: { type: "string", description: "Stable; scripts may rely on it" },
        message: { type: "string", description: "What is wrong and what to do" },
        problems: {
          type: "array",
          description: "Of a configuration, each with its place",
          items: { type: "object" },
        },
      },
    },
  },
} as const;

export function openApiDocument(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Homeport", version, description: "Served on the Unix socket in the data folder." },
    paths,
    components: { schemas: { Failure: failureSchema } },
  };
}

function operationOf(route: Route): object {
  return {
    summary: route.summary,
    ...(route.parameters === undefined ? {} : { parameters: parametersOf(route.parameters, route.path) }),
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(jsonSchema(route.body, "input")) } }),
    responses: {
      "200": { description: "Done", content: contentOf(route) },
      default: { description: "Not done", content: json({ $ref: "#/components/schemas/Failure" }) },
    },
  };
}

function contentOf({ answer, mediaType }: Route): object {
  const schema = jsonSchema(answer, "output");
  return mediaType === undefined ? json(schema) : { [mediaType]: { schema } };
}

function parametersOf(parameters: z.ZodObject, path: string): object[] {
  const { properties, required } = jsonSchema(parameters, "input") as {
    properties: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: path.includes(`{${name}}`) ? "path" : "query",
    required: required?.includes(name) === true,
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

function json(schema: object): object {
  return { "application/json": { schema } };
}
