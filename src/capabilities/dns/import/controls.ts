/** `controls`: where rndc may connect. */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { locate, type Place, shownIn } from "#platform/import/place.ts";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { type InetControl, readInetControl } from "#protocols/namedconf/controls.ts";
import { keyId, type MatchListReader } from "#protocols/namedconf/match-list.ts";
import { parseNamedConf } from "#protocols/namedconf/parser.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import {
  blockOf,
  type Statement,
  statementName,
  statementsNamed,
  wordAt,
} from "#protocols/namedconf/tree.ts";
import { type AddressLists, parseAddressMatch } from "../address-match.ts";
import type { ImportDraft } from "./draft.ts";

export interface SiteControl {
  /** Where BIND was steered, such as `127.0.0.1:953`. */
  readonly asBind: string;
  /** Where Homeport listens in a first trial. */
  readonly listen: string;
  readonly allow?: readonly string[];
  /** Where that keeps out this machine, which a first trial lets in. */
  readonly allowAsBind?: readonly string[];
  readonly keys: readonly string[];
  readonly readOnly?: true;
}

/** What a `controls` statement becomes, each entry told. */
export class ControlPlanner {
  private readonly draft: ImportDraft;
  private readonly lists: MatchListReader;
  private readonly keys: ReadonlyMap<string, string>;
  /** That of rndc.key, which named takes where `keys` is missing. */
  private readonly usualKey: string | undefined;

  constructor(
    draft: ImportDraft,
    context: { readonly lists: MatchListReader; readonly keys: ReadonlyMap<string, string> },
    usualKey: string | undefined,
  ) {
    this.draft = draft;
    this.lists = context.lists;
    this.keys = context.keys;
    this.usualKey = usualKey;
  }

  controls(statement: Statement): void {
    const inner = blockOf(statement)?.statements ?? [];
    if (inner.length === 0) {
      this.draft.say(
        statement,
        "controls",
        "imported",
        "rndc may connect nowhere, as dns.controls is missing",
      );
    }
    for (const one of inner) {
      const label = `controls ${statementName(one)} ${shown(wordAt(one, 1) ?? "")}`;
      if (statementName(one) === "inet") this.inet(one, label);
      else {
        const why = "rndc connects by TCP; the homeport command has a socket of its own";
        this.draft.say(one, label, "not carried over", why);
      }
    }
  }

  /** named listens for rndc on both loopback addresses when it is told nothing and has a rndc.key. */
  usual(key: Statement): void {
    if (this.usualKey === undefined) return;
    for (const asBind of ["127.0.0.1:953", "[::1]:953"]) {
      this.draft.controls.push({
        asBind,
        listen: trialListenFor(asBind, this.draft.controls),
        keys: [this.usualKey],
      });
    }
    const detail = "dns.controls, since named lets rndc connect with this key where controls is missing";
    this.draft.say(key, `key "${shown(wordAt(key, 1) ?? "")}" of rndc`, "imported", detail);
  }

  private inet(statement: Statement, label: string): void {
    const control = readInetControl(statement);
    const keys = this.keysOf(control);
    if (keys.length === 0) {
      const why =
        control.keys === undefined
          ? "it names no keys, and there is no rndc.key with one"
          : "none of its keys came over, and rndc needs one";
      this.draft.say(statement, label, "left out", why);
      return;
    }
    const asBind = endpointText(control);
    const listen = trialListenFor(asBind, this.draft.controls);
    this.draft.controls.push({
      asBind,
      listen,
      ...(control.allow !== undefined && { allow: this.lists.read(control.allow) }),
      keys,
      ...(control.readOnly && { readOnly: true as const }),
    });
    const detail = `dns.controls; for a first trial on ${listen}, not on ${asBind}`;
    this.draft.say(statement, label, "imported", detail);
  }

  private keysOf({ keys, statement }: InetControl): readonly string[] {
    if (keys === undefined) return this.usualKey === undefined ? [] : [this.usualKey];
    return keys.flatMap((written) => {
      const key = this.keys.get(keyId(written));
      if (key !== undefined) return [key];
      const what = `no key is called "${shown(written)}", so nobody steers Homeport with it`;
      this.draft.problems.push({
        severity: "error",
        code: "undefined",
        file: statement.file,
        line: statement.line,
        column: statement.column,
        what,
        remedy: "define it",
      });
      return [];
    });
  }
}

/** Loopback, and a port that needs no privilege: BIND may still have 953. */
function trialListenFor(asBind: string, before: readonly SiteControl[]): string {
  const host = asBind.startsWith("[") ? "[::1]" : "127.0.0.1";
  return `${host}:${9953 + before.filter(({ listen }) => listen.startsWith(host)).length}`;
}

/** Lets in this machine, which is all that can reach a first trial. */
export function forTrial(control: SiteControl, acls: AddressLists): SiteControl {
  const { allow, listen } = control;
  if (allow === undefined) return control;
  const own = addressOctets(listen.startsWith("[") ? "::1" : "127.0.0.1");
  if (parseAddressMatch(allow, acls).allows(own)) return control;
  return { ...control, allow: ["localhost"], allowAsBind: allow };
}

function endpointText({ address, port }: InetControl): string {
  if (address === "*") return `0.0.0.0:${port}`;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The key of rndc.key beside named.conf, as named reads it unless it is told of other keys. */
export async function rndcKey(
  place: Place,
  statements: readonly Statement[],
): Promise<Statement | undefined> {
  const controls = statementsNamed(statements, "controls");
  const isWanted =
    controls.length === 0 ||
    controls.some((one) =>
      statementsNamed(blockOf(one)?.statements ?? [], "inet").some(
        (inet) => readInetControl(inet).keys === undefined,
      ),
    );
  if (!isWanted) return undefined;
  const found = await locate(place, "rndc.key", [dirname(place.configFile)]);
  if ("why" in found) return undefined;
  const text = await readFile(found.path, "utf8").catch(() => "");
  const { statements: inner, problems } = parseNamedConf(shownIn(place, found.path), text);
  return problems.length > 0 ? undefined : statementsNamed(inner, "key").at(0);
}
