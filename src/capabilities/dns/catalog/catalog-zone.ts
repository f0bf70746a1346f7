/**
 * What a catalog zone says: RFC 9432 §4, schema version 2, and 1 as BIND 9.11 made it.
 *
 *     version.$CATZ                    TXT "2"
 *     <id>.zones.$CATZ                 PTR example.net.
 *     coo.<id>.zones.$CATZ             PTR other.catalog.
 *     group.<id>.zones.$CATZ           TXT "a word for the consumer"
 *     primaries.ext.<id>.zones.$CATZ   A, AAAA; with a label more also TXT, the name of a key
 *     allow-query.ext.<id>.zones.$CATZ APL; also allow-transfer
 *
 * What stands below `ext` are BIND's extensions, which may stand below $CATZ itself for all members. In
 * version 1 they stand without `ext`.
 */
import { lowerName, type Name, nameLabels, nameLimits, nameToText } from "#protocols/dns/name.ts";
import { decodeRdata } from "#protocols/dns/record.ts";
import { Ptr } from "#protocols/dns/records/aliases.ts";
import { Txt } from "#protocols/dns/records/text.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneImage } from "../zones/image.ts";
import { BrokenCatalogError, brokenAt, decoded } from "./broken-catalog-error.ts";
import { type CatalogOptions, noOptions, OptionsDraft } from "./catalog-options.ts";
import { catalogLimits } from "./limits.ts";

export interface CatalogMember {
  /** In lower case. */
  readonly name: Name;
  /** The label of its node, `<unique-N>`, in lower case: one character for each octet. */
  readonly id: string;
  /** The catalog that may take it over. RFC 9432 §4.3.1. */
  readonly newOwner: Name | undefined;
  readonly groups: readonly string[];
  readonly options: CatalogOptions;
}

export interface Catalog {
  readonly version: 1 | 2;
  readonly serial: number;
  /** By name. */
  readonly members: ReadonlyMap<Name, CatalogMember>;
  /** For members that have none of their own. */
  readonly options: CatalogOptions;
}

/** @throws BrokenCatalogError when it must not be processed. RFC 9432 §5.1. */
export function readCatalog(image: ZoneImage): Catalog {
  image.begin();
  const version = readVersion(image);
  const reader = new CatalogReader(image, version);
  for (const node of image.nodes()) if (image.rrsetsAt(node) > 0) reader.take(node);
  return reader.finish();
}

/** The same catalog, with the parts of an earlier one that have not changed, which are told by identity. */
export function withPartsOf(earlier: Catalog | undefined, now: Catalog): Catalog {
  if (earlier === undefined) return now;
  const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);
  const members = new Map<Name, CatalogMember>();
  for (const [name, member] of now.members) {
    const known = earlier.members.get(name);
    members.set(name, known !== undefined && isSame(known, member) ? known : member);
  }
  return { ...now, members, options: isSame(earlier.options, now.options) ? earlier.options : now.options };
}

/** RFC 9432 §4.2.1: exactly one record, and a version that is known. */
function readVersion(image: ZoneImage): 1 | 2 {
  const owner = `\x07version${image.origin}` as Name;
  const node = owner.length > nameLimits.nameOctetsMax ? 0 : image.find(owner);
  const set = node === 0 ? 0 : image.rrset(node, RRType.TXT);
  if (set === 0) {
    throw new BrokenCatalogError('it has no version; add the record `version TXT "2"`');
  }
  const [strings, ...more] = image
    .rdata(set)
    .map((rdata) => decoded(() => decodeRdata(Txt, rdata).strings, owner));
  if (more.length > 0) throw new BrokenCatalogError("its version has more than one record; keep one");
  if (strings!.length === 1 && strings![0] === "2") return 2;
  if (strings!.length === 1 && strings![0] === "1") return 1;
  throw new BrokenCatalogError("its version is none that this server knows; it knows 1 and 2");
}

const noGroups: readonly string[] = [];

interface MemberDraft {
  name: Name | undefined;
  newOwner: Name | undefined;
  groups: readonly string[];
  options: OptionsDraft | undefined;
}

class CatalogReader {
  private readonly image: ZoneImage;
  private readonly version: 1 | 2;
  private readonly depth: number;
  private readonly options = new OptionsDraft();
  /** By id. */
  private readonly drafts = new Map<string, MemberDraft>();

  constructor(image: ZoneImage, version: 1 | 2) {
    this.image = image;
    this.version = version;
    this.depth = nameLabels(image.origin).length;
  }

  take(node: number): void {
    const owner = lowerName(this.image.nodeName(node));
    const [first, id, ...property] = nameLabels(owner)
      .slice(0, -this.depth || undefined)
      .reverse();
    if (first === "zones") {
      if (id === undefined) return;
      const draft = this.draft(id);
      if (property.length === 0) draft.name = this.onlyTarget(node, owner) ?? draft.name;
      else this.takeProperty(node, owner, property, draft);
    } else if (first !== undefined) {
      const option = this.optionOf([first, ...(id === undefined ? [] : [id]), ...property]);
      if (option !== undefined) this.takeOption(node, owner, option, this.options);
    }
  }

  finish(): Catalog {
    const { image, version } = this;
    const members = new Map<Name, CatalogMember>();
    for (const [id, { name, newOwner, groups, options }] of this.drafts) {
      if (name === undefined) continue; // properties of nothing: RFC 9432 §4.2, ignored
      if (members.has(name)) {
        // RFC 9432 §4.1
        throw new BrokenCatalogError(`${nameToText(name)} is a member of it twice; keep one`);
      }
      if (members.size === catalogLimits.membersMax) {
        throw new BrokenCatalogError(`it has more than ${catalogLimits.membersMax} members; split it`);
      }
      members.set(name, { name, id, newOwner, groups, options: options?.finish() ?? noOptions });
    }
    return { version, serial: image.serial(), members, options: this.options.finish() };
  }

  private draft(id: string): MemberDraft {
    let draft = this.drafts.get(id);
    if (draft === undefined) {
      draft = { name: undefined, newOwner: undefined, groups: noGroups, options: undefined };
      this.drafts.set(id, draft);
    }
    return draft;
  }

  private takeProperty(node: number, owner: Name, property: readonly string[], draft: MemberDraft): void {
    const [word, ...more] = property;
    if (word === "coo" && more.length === 0 && this.version === 2) {
      draft.newOwner = this.onlyTarget(node, owner) ?? draft.newOwner;
    } else if (word === "group" && more.length === 0) {
      const values = this.texts(node, owner);
      // RFC 9432 §4.3.2: several are for several consumers; those beyond the bound are not understood
      draft.groups = values.map((strings) => strings.join("")).slice(0, catalogLimits.groupsMax);
    } else {
      const option = this.optionOf(property);
      if (option === undefined) return;
      draft.options ??= new OptionsDraft();
      this.takeOption(node, owner, option, draft.options);
    }
  }

  /** The name of an extension and the label in front of it, when it is where this version has them. */
  private optionOf(labels: readonly string[]): readonly string[] | undefined {
    if (this.version === 1) return labels;
    return labels[0] === "ext" && labels.length > 1 ? labels.slice(1) : undefined;
  }

  private takeOption(
    node: number,
    owner: Name,
    [word, ...labels]: readonly string[],
    draft: OptionsDraft,
  ): void {
    const { image } = this;
    const rdata = (type: number): Uint8Array[] => {
      const set = image.rrset(node, type);
      return set === 0 ? [] : image.rdata(set);
    };
    decoded(() => draft.take(word!, labels, rdata), owner);
  }

  /** The target of the only PTR record; undefined: there is none. RFC 9432 §4.1, §4.3.1. */
  private onlyTarget(node: number, owner: Name): Name | undefined {
    const set = this.image.rrset(node, RRType.PTR);
    if (set === 0) return undefined;
    const [rdata, ...more] = this.image.rdata(set);
    if (more.length > 0) throw brokenAt(owner, "has more than one PTR record; keep one");
    return decoded(() => lowerName(decodeRdata(Ptr, rdata!).target), owner);
  }

  private texts(node: number, owner: Name): (readonly string[])[] {
    const set = this.image.rrset(node, RRType.TXT);
    if (set === 0) return [];
    return this.image.rdata(set).map((rdata) => decoded(() => decodeRdata(Txt, rdata).strings, owner));
  }
}
