/** Lists of servers (`primaries`, `also-notify`, `default-primaries`) as site.yaml has them. */
import { ConfigError } from "#contracts/configuration.ts";
import { keyId } from "#protocols/namedconf/match-list.ts";
import { type Problem, Problems, shown } from "#protocols/namedconf/problem.ts";
import {
  readServers,
  type ServerAddress,
  type ServerLists,
  serverToText,
  type TlsBlock,
} from "#protocols/namedconf/read.ts";
import { type ServerBlock, serverBlockOf } from "#protocols/namedconf/server-blocks.ts";
import type { Statement } from "#protocols/namedconf/tree.ts";
import { parseServer } from "../server-address.ts";

export interface ServerDefinitions {
  readonly lists: ServerLists;
  readonly tls: ReadonlyMap<string, TlsBlock>;
  readonly blocks: readonly ServerBlock[];
  /** What site.yaml calls each key, by its `keyId`. */
  readonly keys: ReadonlyMap<string, string>;
}

export interface ReadServer {
  /** Such as `192.0.2.1 key NAME`. */
  readonly text: string;
  readonly address: string;
}

/** Reads the lists of one config. A list that many zones use is read, and complained of, once. */
export class ServerReader {
  /** Blocks by which something in site.yaml is signed. */
  readonly signing = new Set<ServerBlock>();
  private readonly definitions: ServerDefinitions;
  private readonly problems = new Problems();
  private readonly known = new Map<Statement, readonly ReadServer[]>();

  constructor(definitions: ServerDefinitions) {
    this.definitions = definitions;
  }

  read(list: Statement): readonly ReadServer[] {
    const known = this.known.get(list);
    if (known !== undefined) return known;
    const { servers, problems } = readServers(list, this.definitions.lists);
    this.problems.list.push(...problems);
    const read = servers.flatMap((server) => this.server(list, server) ?? []);
    this.known.set(list, read);
    return read;
  }

  get found(): readonly Problem[] {
    return this.problems.list;
  }

  private server(list: Statement, server: ServerAddress): ReadServer | undefined {
    const place = this.place(list, server);
    if (place === undefined) return undefined;
    const key = this.keyFor(list, server);
    const text = key === undefined ? place : `${place} key ${key}`;
    try {
      parseServer(text);
      return { text, address: server.address };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const { what, remedy } = error.problems[0]!;
      this.problems.add(list, { code: "value", what, ...(remedy !== undefined && { remedy }) });
      return undefined;
    }
  }

  /** `tls none` is plain, and `tls ephemeral` takes any certificate, as in BIND. */
  private place(list: Statement, server: ServerAddress): string | undefined {
    const tls = server.tls?.toLowerCase() ?? "none";
    if (tls === "none") return serverToText(server);
    if (tls === "ephemeral") return `tls://${serverToText(server)}`;
    const block = this.definitions.tls.get(tls);
    if (block === undefined) {
      const what = `no tls block is called "${shown(tls)}", so ${server.address} is left out of this list`;
      this.problems.add(list, { code: "undefined", what, remedy: `write tls "${shown(tls)}" { … };` });
      return undefined;
    }
    this.unsaid(list, { name: tls, block, address: server.address });
    const name = block.remoteHostname === undefined ? "" : `#${block.remoteHostname}`;
    return `tls://${serverToText(server)}${name}`;
  }

  /** What of a tls block has no place in site.yaml. */
  private unsaid(
    list: Statement,
    { name, block, address }: { name: string; block: TlsBlock; address: string },
  ): void {
    const warn = (what: string, remedy: string) =>
      this.problems.add(list, {
        severity: "warning",
        code: "value",
        what: `tls "${shown(name)}": ${what}`,
        remedy,
      });
    if (block.certFile !== undefined || block.keyFile !== undefined) {
      const remedy = `look whether ${address} can be reached without it`;
      warn("the certificate that BIND shows to the server does not come over", remedy);
    }
    if (block.caFile === undefined) return;
    if (block.remoteHostname === undefined) {
      const remedy = `sign with a key, or let this machine trust that authority and write tls://${address}#NAME`;
      warn(`its ca-file does not come over, so any certificate of ${address} will do`, remedy);
    } else {
      warn("its ca-file does not come over", "let this machine trust that authority");
    }
  }

  /** Its own key, else that of the `server` block that its address falls under. */
  private keyFor(list: Statement, server: ServerAddress): string | undefined {
    const block =
      server.key === undefined ? serverBlockOf(this.definitions.blocks, server.address) : undefined;
    const wanted = server.key ?? block?.key;
    if (wanted === undefined) return undefined;
    const key = this.definitions.keys.get(keyId(wanted));
    if (key === undefined) {
      const what = `no key is called "${shown(wanted)}", so what is said to ${server.address} is not signed`;
      this.problems.add(list, { code: "undefined", what, remedy: "define it" });
    } else if (block !== undefined) this.signing.add(block);
    return key;
  }
}
