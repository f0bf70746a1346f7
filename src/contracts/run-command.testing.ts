/** Runs a command beside the routes that it asks, as the program does. For tests. */
import { askRoute } from "./ask-route.testing.ts";
import { ApiError, type CommandCall, type ExitCode } from "./command.ts";
import { ConfigError } from "./configuration.ts";
import { type Route, RouteError } from "./route.ts";

export interface GivenCall {
  readonly arguments?: CommandCall["arguments"];
  readonly options?: CommandCall["options"];
  readonly json?: boolean;
  /** What a person types when asked; absent: there is nobody. */
  readonly answer?: string;
  /** Of a person's screen; absent: it prints to a program. */
  readonly columns?: number;
}

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly error: string;
  readonly questions: readonly string[];
}

export async function runCommand(
  run: (call: CommandCall) => Promise<ExitCode>,
  routes: readonly Route[],
  given: GivenCall = {},
): Promise<Ran> {
  const { answer, columns } = given;
  const questions: string[] = [];
  let out = "";
  let error = "";
  const ask = async (question: string): Promise<string | undefined> => {
    questions.push(question);
    return answer;
  };
  const code = await run({
    arguments: given.arguments ?? {},
    options: given.options ?? {},
    json: given.json ?? false,
    terminal: {
      columns: columns ?? 80,
      interactive: columns !== undefined,
      print: (text) => {
        out += text.endsWith("\n") ? text : `${text}\n`;
      },
      printError: (text) => {
        error += `${text}\n`;
      },
      ...(answer === undefined ? {} : { ask }),
    },
    api: { request: (method, path, body) => request(routes, method, path, body) },
  });
  return { code, out, error, questions };
}

/** As the API tells of failures. */
async function request(
  routes: readonly Route[],
  method: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  try {
    const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
    return await askRoute(routes, method, path, sent);
  } catch (error) {
    if (error instanceof RouteError) throw new ApiError(error.status, error.code, error.message);
    if (error instanceof ConfigError) throw new ApiError(422, error.code, error.message, error.problems);
    throw error;
  }
}
