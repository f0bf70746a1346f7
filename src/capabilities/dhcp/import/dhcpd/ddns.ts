/** Keys and zones at other servers that a dhcpd.conf has. */
import { safeFileName } from "#platform/import/file-name.ts";
import { type DhcpdStatement, nameOf, textOf, wordAt } from "#protocols/dhcpdconf/tree.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type DraftLine, type ImportDraft, leaveOut, type RemoteZoneInput } from "../draft.ts";

interface KeyStatement {
  readonly name: string;
  readonly algorithm: string;
  readonly secret: string;
  readonly line: DraftLine;
}

const algorithms = ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"];

export class RemoteZones {
  private readonly draft: ImportDraft;
  private readonly keys = new Map<string, KeyStatement>();
  private readonly zones: { statement: DhcpdStatement; line: DraftLine }[] = [];
  private readonly written = new Set<string>();

  constructor(draft: ImportDraft) {
    this.draft = draft;
  }

  key(statement: DhcpdStatement): undefined {
    const name = plainName(textOf(wordAt(statement, 1) ?? ""));
    const line = this.draft.say(statement, `key "${shown(name)}"`, "not carried over", "no zone uses it");
    const algorithm = fieldOf(statement, "algorithm")
      ?.toLowerCase()
      .replace(/\.sig-alg\.reg\.int\.?$/, "");
    const secret = fieldOf(statement, "secret") ?? "";
    if (algorithm === undefined || !algorithms.includes(algorithm))
      return leaveOut(line, "its algorithm is not known");
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(secret)) return leaveOut(line, "its secret is not base64");
    this.keys.set(name.toLowerCase(), { name, algorithm, secret, line });
  }

  zone(statement: DhcpdStatement): undefined {
    const name = plainName(textOf(wordAt(statement, 1) ?? ""));
    const line = this.draft.say(statement, `zone "${shown(name)}"`, "imported");
    this.zones.push({ statement, line });
  }

  /** Once all keys are known. */
  emit(): undefined {
    for (const { statement, line } of this.zones) this.emitZone(statement, line);
  }

  private emitZone(statement: DhcpdStatement, line: DraftLine): undefined {
    const zone = plainName(textOf(wordAt(statement, 1) ?? ""));
    const server = fieldOf(statement, "primary");
    if (server === undefined) return leaveOut(line, "it has no primary with an IPv4 address");
    if (parseIpv4(server) === -1) return leaveOut(line, `${server} is a name; write the address that it has`);
    const remote: RemoteZoneInput = { zone, server };
    const wanted = fieldOf(statement, "key");
    if (wanted !== undefined) {
      const key = this.keys.get(plainName(wanted).toLowerCase());
      if (key === undefined) return leaveOut(line, `there is no key ${shown(wanted)}`);
      remote.key = { name: key.name, secretFile: this.keyFile(key) };
    }
    const { section } = this.draft;
    section.names.remote = [...(section.names.remote ?? []), remote];
    this.draft.tie(line, remote);
    const others = (statement.block ?? []).filter((one) => /^secondary|^primary6/.test(nameOf(one)));
    const alone = others.length === 0 ? "" : "; the primary alone is told";
    line.detail = `dhcp.names.remote, at ${server}${alone}`;
  }

  private keyFile({ name, algorithm, secret, line }: KeyStatement): string {
    const path = `keys/${safeFileName(name)}.key`;
    if (this.written.has(path)) return path;
    this.written.add(path);
    const text = `key "${name}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`;
    this.draft.files.push({ path, octets: Buffer.from(text), mode: 0o600 });
    line.outcome = "imported";
    line.detail = `its secret in ${path} (mode 0600)`;
    return path;
  }
}

function fieldOf({ block = [] }: DhcpdStatement, name: string): string | undefined {
  const found = block.find((one) => nameOf(one) === name);
  const value = found && wordAt(found, 1);
  return value === undefined ? undefined : textOf(value);
}

function plainName(name: string): string {
  return name.replace(/(?<=.)\.$/, "");
}
