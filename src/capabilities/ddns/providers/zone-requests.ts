/** Requests to an API of zones. */
import { limits } from "./api-limits.ts";
import { askJson, ProviderTrouble, troubleOf } from "./http-outcome.ts";
import type { ProviderCall } from "./provider.ts";
import type { Ask, ZoneApi } from "./zone-api.ts";

/** Asks in the name of the account, within the call. */
export function askerOf(api: ZoneApi, call: ProviderCall): Ask {
  return (schema, { method = "GET", path, query = {}, json, body: other, headers: more, server, writes }) => {
    const search = new URLSearchParams(query).toString();
    const url = `${server ?? api.server}${path}${search === "" ? "" : `?${search}`}`;
    const body = json === undefined ? other?.text : JSON.stringify(json);
    const signed = server === undefined ? api.headers({ method, url, body, nowMs: call.nowMs() }) : {};
    const request = {
      method,
      url,
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": other?.type ?? "application/json" }),
        ...signed,
        ...more,
      },
      octetsMax: limits.pageOctetsMax,
      ...(body !== undefined && { body }),
      ...(writes !== undefined && { writes }),
    };
    return askJson(schema, request, call, api.dialect);
  };
}

export interface Page<Item, Next> {
  readonly items: readonly Item[];
  /** Where the next one is; undefined: this is the last. */
  readonly next: Next | undefined;
}

/** All items of a list that comes in pages. @param title of the provider */
export async function allPages<Item, Next>(
  title: string,
  first: Next,
  pageAt: (at: Next) => Promise<Page<Item, Next>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let at: Next | undefined = first;
  for (let pages = 0; at !== undefined; pages++) {
    if (pages === limits.pagesMax)
      throw new ProviderTrouble({
        outcome: "refused",
        scope: "record",
        code: "too-many",
        sentence: `${title} has more than ${limits.pagesMax} pages to read; put the names into a zone of their own`,
      });
    const page: Page<Item, Next> = await pageAt(at);
    items.push(...page.items);
    at = page.next;
  }
  return items;
}

/** What an API says with a 404 when there is none. */
export async function orNone<Read>(answer: Promise<Read>): Promise<Read | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (troubleOf(error).means === "missing") return undefined;
    throw error;
  }
}
