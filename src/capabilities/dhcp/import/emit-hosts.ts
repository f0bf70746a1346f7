/** Makes hosts of the section of those of a config that has scopes. */
import { hostNameFrom } from "#protocols/dhcp4/host-name.ts";
import type { ClassBook } from "./class-book.ts";
import { type HostInput, type ImportDraft, leaveOut } from "./draft.ts";
import { allOptions, PartWriter } from "./part-writer.ts";
import { chainOf, type HostRead, optionsIn, settingIn } from "./scope.ts";

export class HostEmitter {
  private readonly draft: ImportDraft;
  private readonly book: ClassBook;
  private readonly parts: PartWriter;
  private readonly leaseSecondsMax: number | undefined;

  /** @param leaseSecondsMax where no scope says otherwise */
  constructor(draft: ImportDraft, book: ClassBook, leaseSecondsMax: number | undefined) {
    this.leaseSecondsMax = leaseSecondsMax;
    this.draft = draft;
    this.book = book;
    this.parts = new PartWriter(draft);
  }

  write(read: HostRead): undefined {
    const { line, macs, clientIds, duids, circuitIds, scope } = read;
    if (line.outcome === "not carried over") return;
    const name = hostNameFrom(read.name ?? read.declared);
    if (scope.ignore !== undefined) return this.ignoredHost(read, name);
    const chain = chainOf(scope, ({ kind }) => kind === "host" || kind === "group");
    const made: HostInput = { ...(name !== undefined && { name }), macs, clientIds, duids, circuitIds };
    if (macs.length + clientIds.length + duids.length + circuitIds.length === 0)
      return leaveOut(line, "it has nothing that site.yaml recognises it by");
    if (read.address !== undefined && this.joinsOther(read, read.address)) return;
    if (read.address !== undefined) made.address = read.address;
    const leaseTime = settingIn(chain, "leaseTime");
    if (leaseTime !== undefined) {
      const longest = settingIn(chain, "leaseSecondsMax") ?? this.leaseSecondsMax;
      this.parts.setLeaseTime(made, leaseTime, longest);
    }
    const options = this.parts.withVendorOption(
      optionsIn(chain),
      chain,
      chainOf(scope, () => true),
    );
    made.options = this.parts.optionInputs(options, allOptions, "dhcp.hosts options");
    this.parts.setBoot(
      made,
      chain,
      chainOf(scope, () => true),
      "dhcp.hosts boot",
    );
    this.draft.section.hosts.push(made);
    this.draft.tie(line, made);
    for (const { field, line: fieldLine } of read.fields) this.draft.tie(fieldLine, made, field);
    if (name !== undefined && name !== (read.name ?? read.declared).toLowerCase())
      line.detail = `dhcp.hosts ${name}`;
  }

  /** Two network cards of one machine: dhcpd has a host for each, Homeport one for both. */
  private joinsOther({ line, macs, clientIds, circuitIds }: HostRead, address: string): boolean {
    const other = this.draft.section.hosts.find((one) => one.address === address);
    if (other === undefined) return false;
    other.macs?.push(...macs);
    other.clientIds?.push(...clientIds);
    other.circuitIds?.push(...circuitIds);
    line.detail = `dhcp.hosts ${other.name ?? address}, which has the same address`;
    return true;
  }

  private ignoredHost({ line, macs, scope }: HostRead, name: string | undefined): undefined {
    if (macs.length === 0)
      return leaveOut(line, "clients are ignored by classes, which know hardware addresses");
    const labels = this.book.add(
      line,
      `ignore-${name ?? "host"}`,
      macs.map((mac) => [{ mac }]),
      { ignore: true },
    );
    line.detail = `dhcp.classes ${labels.join(", ")}`;
    if (scope.ignore !== undefined) scope.ignore.detail = "dhcp.classes ignore: true";
  }
}
