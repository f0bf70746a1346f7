/** One operation of the HTTP API, which the CLI and the web page use alike. `surfaces/http` serves it. */
import type { z } from "zod";

export interface Route<
  Parameters extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Such as `/api/dns/zones/{zone}`. */
  readonly path: string;
  readonly summary: string;
  /** Path and query parameters, all strings on the wire. */
  readonly parameters?: Parameters;
  readonly body?: Body;
  readonly answer: Answer;
  /** For an answer that is a string and goes out as it is, such as `text/plain`; default: JSON. */
  readonly mediaType?: string;
  handle(request: {
    parameters: z.output<Parameters>;
    body: z.output<Body>;
  }): Promise<z.input<Answer>> | z.input<Answer>;
}

/** Keeps the types of one route together, so that `handle` knows what the schemas say. */
export function defineRoute<Parameters extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  route: Route<Parameters, Body, Answer>,
): Route {
  return route as unknown as Route;
}

/** An answer other than 200. `code` is stable; the sentence says what to do. */
export class RouteError extends Error {
  override readonly name = "RouteError";
  readonly status: 400 | 404 | 409 | 503;
  readonly code: string;

  constructor(status: 400 | 404 | 409 | 503, code: string, sentence: string) {
    super(sentence);
    this.status = status;
    this.code = code;
  }
}
