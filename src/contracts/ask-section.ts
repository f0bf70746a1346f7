/** Asks the running program about what one section of its site file brings, and which it may not have. */
import { ApiError, type CommandCall } from "./command.ts";

export interface SectionQuestion {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

/** A site without the section has none of its routes. @param absent what to say then */
export async function askSection(
  { api }: Pick<CommandCall, "api">,
  { method, path, body }: SectionQuestion,
  absent: { readonly code: string; readonly sentence: string },
): Promise<unknown> {
  try {
    return await api.request(method, path, body);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "HP_NO_ROUTE")) throw error;
    throw new ApiError(503, absent.code, absent.sentence);
  }
}
