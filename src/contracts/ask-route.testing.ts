/** Asks routes as the API does: parameters and bodies by their schemas, answers by theirs. For tests. */
import { type Route, RouteError } from "./route.ts";

export async function askRoute(
  routes: readonly Route[],
  method: string,
  url: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const [path = "", query = ""] = url.split("?");
  for (const route of routes) {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const match = new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`).exec(path);
    if (route.method !== method || match === null) continue;
    const given = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(match[at + 1]!)]));
    const parameters = { ...Object.fromEntries(new URLSearchParams(query)), ...given };
    const request = { parameters: route.parameters?.parse(parameters), body: route.body?.parse(body) };
    return route.answer.parse(await route.handle(request as never)) as Record<string, unknown>;
  }
  throw new RouteError(404, "HP_NO_ROUTE", `there is no ${method} ${path}`);
}
