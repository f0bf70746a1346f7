/** Names of the Internet, as the name servers of this machine tell them. */
import { Resolver } from "node:dns/promises";
import { confirmLimits } from "./confirm-limits.ts";

/** The data of a name's records, in text; none when there are none. Rejects with ResolveFault. */
export type Resolve = (
  name: string,
  type: "NS" | "A" | "AAAA" | "CNAME",
  signal?: AbortSignal,
) => Promise<readonly string[]>;

/** Nobody could tell whether there are any. */
export class ResolveFault extends Error {
  override readonly name = "ResolveFault";
}

/** Asks these, `192.0.2.1` or `192.0.2.1:5353`; default: those of /etc/resolv.conf. */
export function resolveBy(servers?: readonly string[]): Resolve {
  return async (name, type, signal) => {
    const isOver = (): boolean => signal?.aborted === true;
    if (isOver()) throw new ResolveFault("it is not waited for any longer");
    const resolver = new Resolver({ timeout: confirmLimits.resolveMsMax, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal?.addEventListener("abort", cancel);
    try {
      return (await resolver.resolve(name, type)) as string[];
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      if (code === "ENODATA" || code === "ENOTFOUND") return [];
      if (isOver()) throw new ResolveFault("it is not waited for any longer");
      throw new ResolveFault(`the name servers of this machine do not tell (${code})`);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  };
}
