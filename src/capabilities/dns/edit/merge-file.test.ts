import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lowerName, type Name, nameOctets, nameToRelativeText, parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import type { ZoneImage, ZoneRecord } from "../zones/image.ts";
import { ZoneImageBuilder } from "../zones/image-builder.ts";
import { recordLines, zoneChangeIn, zoneLines } from "../zones/image-diff.testing.ts";
import { changesOf, diffImages } from "../zones/image-diff.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { ZoneModel } from "../zones/zone-model.ts";
import { RecordedZone } from "./change-set.testing.ts";
import { mergeFile } from "./merge-file.ts";

/** What a zone has besides the SOA and NS of `zoneImage`. */
function shown(image: ZoneImage): string {
  return [...image.records()]
    .filter(({ owner, type }) => owner !== image.origin || (type !== RRType.SOA && type !== RRType.NS))
    .map(({ owner, type, ttl, rdata }) => {
      const name = nameToRelativeText(owner, image.origin);
      return `${name}${ttl === 3600 ? "" : ` ${ttl}`} ${mnemonicOfType(type)} ${rdataToText(type, rdata)}`;
    })
    .sort()
    .join("; ");
}

interface MergeCase {
  readonly why: string;
  readonly base: string;
  readonly file: string;
  readonly present: string;
  readonly want: string;
  /** "outcome TYPE" of each. */
  readonly conflicts?: readonly string[];
}

const one = "a A 192.0.2.1";
const cases: readonly MergeCase[] = [
  {
    why: "what only the file changed is taken",
    base: one,
    file: "a A 192.0.2.2",
    present: one,
    want: "a A 192.0.2.2",
  },
  {
    why: "what only others changed stays",
    base: one,
    file: one,
    present: "a A 192.0.2.2",
    want: "a A 192.0.2.2",
  },
  {
    why: "what both did alike is no conflict",
    base: one,
    file: "a A 192.0.2.2",
    present: "a A 192.0.2.2",
    want: "a A 192.0.2.2",
  },
  {
    why: "different sets of one name are no conflict",
    base: one,
    file: `${one}\na TXT x`,
    present: "a A 192.0.2.2",
    want: 'a A 192.0.2.2; a TXT "x"',
  },
  {
    why: "a name that others added stays when the file loses another",
    base: one,
    file: "",
    present: `${one}\nb A 192.0.2.2`,
    want: "b A 192.0.2.2",
  },
  {
    why: "both added to a set",
    base: one,
    file: `${one}\na A 192.0.2.2`,
    present: `${one}\na A 192.0.2.3`,
    want: "a A 192.0.2.1; a A 192.0.2.2; a A 192.0.2.3",
    conflicts: ["merged A"],
  },
  {
    why: "the file drops its record of a set to which others added",
    base: one,
    file: "",
    present: `${one}\na A 192.0.2.3`,
    want: "a A 192.0.2.3",
    conflicts: ["merged A"],
  },
  {
    why: "others removed what the file replaces",
    base: one,
    file: "a A 192.0.2.2",
    present: "",
    want: "a A 192.0.2.2",
    conflicts: ["merged A"],
  },
  { why: "others removed what the file removed", base: one, file: "", present: "", want: "" },
  {
    why: "the TTL of the file, the records of both",
    base: one,
    file: "a 60 A 192.0.2.1",
    present: `${one}\na A 192.0.2.3`,
    want: "a 60 A 192.0.2.1; a 60 A 192.0.2.3",
    conflicts: ["merged A"],
  },
  {
    why: "the TTL of others where the file left it",
    base: one,
    file: `${one}\na A 192.0.2.2`,
    present: "a 60 A 192.0.2.1",
    want: "a 60 A 192.0.2.1; a 60 A 192.0.2.2",
    conflicts: ["merged A"],
  },
  {
    why: "two aliases cannot be merged",
    base: "a CNAME b",
    file: "a CNAME c",
    present: "a CNAME d",
    want: "a CNAME d.example.",
    conflicts: ["kept CNAME"],
  },
  {
    why: "an alias that others deleted comes back when the file changed it",
    base: "a CNAME b",
    file: "a CNAME c",
    present: "",
    want: "a CNAME c.example.",
    conflicts: ["merged CNAME"],
  },
  {
    why: "a file's alias does not push out what others have there",
    base: one,
    file: "a CNAME b",
    present: `${one}\na TXT guard`,
    want: 'a A 192.0.2.1; a TXT "guard"',
    conflicts: ["kept A", "kept CNAME"],
  },
  {
    why: "a file's records do not stand beside an alias of others",
    base: "",
    file: "a TXT x\nb TXT y",
    present: "a CNAME b",
    want: 'a CNAME b.example.; b TXT "y"',
    conflicts: ["kept TXT"],
  },
  {
    why: "a file's alias takes the place of the file's own records",
    base: one,
    file: "a CNAME b",
    present: one,
    want: "a CNAME b.example.",
  },
  {
    why: "a delegation over names of others is named",
    base: "",
    file: "sub NS ns.b.test.",
    present: "x.sub TXT x\ny.sub A 192.0.2.1\nsub TXT x",
    want: 'sub NS ns.b.test.; sub TXT "x"; x.sub TXT "x"; y.sub A 192.0.2.1',
    conflicts: ["hidden TXT", "hidden TXT"],
  },
  {
    why: "names below a delegation of others are named",
    base: "",
    file: "x.sub TXT x",
    present: "sub NS ns.b.test.",
    want: 'sub NS ns.b.test.; x.sub TXT "x"',
    conflicts: ["hidden TXT"],
  },
  {
    why: "a DNAME hides addresses too",
    base: "",
    file: "sub DNAME b.test.",
    present: "y.sub A 192.0.2.1",
    want: "sub DNAME b.test.; y.sub A 192.0.2.1",
    conflicts: ["hidden A"],
  },
  {
    why: "upper and lower case are no change",
    base: one,
    file: "A A 192.0.2.1",
    present: one,
    want: "a A 192.0.2.1",
  },
];
for (const { why, base, file, present, want, conflicts = [] } of cases) {
  test(why, () => {
    const [baseImage, fileImage, presentImage] = [base, file, present].map((text) =>
      zoneImage("example.", `${text}\n`),
    );
    const merge = mergeFile({ base: baseImage!, file: fileImage!, present: presentImage! });
    assert.equal(shown(applied(presentImage!, merge.changes)), want);
    assert.deepEqual(
      merge.conflicts.map(({ outcome, type }) => `${outcome} ${mnemonicOfType(type)}`).sort(),
      conflicts,
    );
    const zone = new RecordedZone(baseImage!);
    zone.change(changesTo(baseImage!, presentImage!));
    const unknown = mergeFile({ base: { changedSince: zone.sets }, file: fileImage!, present: zone.image });
    assert.deepEqual(
      zoneLines(applied(presentImage!, unknown.changes)),
      zoneLines(applied(presentImage!, merge.changes)),
    );
    assert.deepEqual(
      unknown.conflicts.map(({ text }) => text).sort(),
      merge.conflicts.map(({ text }) => text).sort(),
    );
  });
}

test("every conflict says what became of it, and what to do where something was left out", () => {
  const texts = cases.flatMap(({ base, file, present }) => {
    const [one, two, three] = [base, file, present].map((text) => zoneImage("example.", `${text}\n`));
    return mergeFile({ base: one!, file: two!, present: three! }).conflicts.map(({ text }) => text);
  });
  for (const text of texts) assert.match(text, /^\S+ (\S+ )?(was changed|would be|gives no answer)/);
});

/** A zone with this SOA; `numbers` are serial, refresh, retry, expire, minimum. */
function withSoa(numbers: string, rest = "@ NS ns\n"): ZoneImage {
  const name = parseName("example.");
  const builder = new ZoneImageBuilder(name);
  parseZone(
    { file: "test.zone", octets: Buffer.from(`$TTL 3600\n@ SOA ns host ${numbers}\n${rest}`) },
    {
      origin: name,
      include: () => "none",
      sink: {
        record: (...record) =>
          void builder.add(...(record.slice(0, 6) as Parameters<ZoneImageBuilder["add"]>)),
      },
      onProblem: ({ what }) => assert.fail(what),
    },
  );
  return builder.finish();
}

for (const [why, base, file, present, want, ...taken] of [
  ["nothing but the serial number, which is earlier", "1 2 3 4 5", "2 2 3 4 5", "7 2 3 4 5", "7 2 3 4 5"],
  ["nothing but the serial number, which is later", "1 2 3 4 5", "9 2 3 4 5", "7 2 3 4 5", "9 2 3 4 5"],
  [
    "the file changed a timer, with an earlier serial number",
    "1 2 3 4 5",
    "2 20 3 4 5",
    "7 2 3 4 5",
    "7 20 3 4 5",
  ],
  ["others changed a timer", "1 2 3 4 5", "9 2 3 4 5", "7 20 3 4 5", "9 20 3 4 5"],
  ["both changed a timer", "1 2 3 4 5", "9 20 3 4 5", "7 2 30 4 5", "9 20 3 4 5", "taken"],
  ["both changed a timer alike", "1 2 3 4 5", "1 20 3 4 5", "7 20 3 4 5", "7 20 3 4 5"],
] as const) {
  test(`SOA: ${why}`, () => {
    const sources = { base: withSoa(base), file: withSoa(file), present: withSoa(present) };
    const { changes, conflicts } = mergeFile(sources);
    const after = applied(sources.present, changes);
    assert.deepEqual(zoneLines(after), zoneLines(withSoa(want)));
    assert.deepEqual(
      conflicts.map(({ outcome }) => outcome),
      taken,
    );
  });
}

test("a zone keeps name servers when the file and others each removed some", () => {
  const rest = (...servers: string[]) => servers.map((server) => `@ NS ${server}.test.\n`).join("");
  const [base, file, present] = [rest("a", "b"), rest("a"), rest("b")].map((text) =>
    withSoa("1 2 3 4 5", text),
  );
  const { changes, conflicts } = mergeFile({ base: base!, file: file!, present: present! });
  assert.deepEqual(changes, []);
  assert.deepEqual(
    conflicts.map(({ outcome }) => outcome),
    ["kept"],
  );
  assert.match(conflicts[0]!.text, /would leave none/);
});

const base = zoneImage("example.", "a A 192.0.2.1\nb.a TXT x\n*.b A 192.0.2.2\na.b.a.b NS ns\nb CNAME a\n");
const someChanges = fc.array(zoneChangeIn("example."), { maxLength: 8 });

test("with one side alone there is no conflict, and the zone is that side's", () => {
  fc.assert(
    fc.property(someChanges, (changes) => {
      const other = valid(applied(base, changes));
      const fileOnly = mergeFile({ base, file: other, present: base });
      assert.deepEqual(fileOnly.conflicts, []);
      assert.deepEqual(zoneLines(applied(base, fileOnly.changes)), zoneLines(other));
      assert.deepEqual(mergeFile({ base, file: base, present: other }), { changes: [], conflicts: [] });
      assert.deepEqual(mergeFile({ base, file: other, present: other }), { changes: [], conflicts: [] });
    }),
    { numRuns: 150 },
  );
});

test("of what both did nothing is lost, what the file did not without a word, and the zone is valid", () => {
  fc.assert(
    fc.property(someChanges, someChanges, (fileChanges, otherChanges) => {
      const file = valid(applied(base, fileChanges));
      const present = valid(applied(base, otherChanges));
      const { changes, conflicts } = mergeFile({ base, file, present });
      const after = applied(present, changes);
      assert.deepEqual(zoneLines(valid(after)), zoneLines(after));
      const [had, has] = [base, after].map((image) => new Set(untimed(image)));
      for (const record of untimed(present)) assert.ok(had!.has(record) || has!.has(record), record);
      const kept = new Set(conflicts.map(({ owner }) => lowerName(owner)));
      for (const record of file.records()) {
        if (record.type === RRType.SOA) continue;
        const [text] = untimed([record]);
        assert.ok(had!.has(text!) || has!.has(text!) || kept.has(lowerName(record.owner)), `${text}`);
      }
    }),
    { numRuns: 150 },
  );
});

test("a base that is not known is worked out from what others changed", () => {
  fc.assert(
    fc.property(fc.array(someChanges, { maxLength: 3 }), someChanges, (steps, fileChanges) => {
      const zone = new RecordedZone(base);
      for (const step of steps) zone.change(step);
      const file = applied(base, fileChanges);
      const known = mergeFile({ base, file, present: zone.image });
      const unknown = mergeFile({ base: { changedSince: zone.sets }, file, present: zone.image });
      assert.deepEqual(
        zoneLines(applied(zone.image, unknown.changes)),
        zoneLines(applied(zone.image, known.changes)),
      );
      assert.deepEqual(
        unknown.conflicts.map(({ text }) => text.toLowerCase()).sort(),
        known.conflicts.map(({ text }) => text.toLowerCase()).sort(),
      );
    }),
    { numRuns: 100 },
  );
});

function applied(image: ZoneImage, changes: readonly ZoneChange[]): ZoneImage {
  const model = new ZoneModel(image);
  model.apply(changes);
  return model.image();
}

function changesTo(from: ZoneImage, to: ZoneImage): ZoneChange[] {
  return changesOf(diffImages(from, to));
}

/** With name servers, without aliases beside other records, and with one alias for a name. */
function valid(image: ZoneImage): ZoneImage {
  const changes: ZoneChange[] = [];
  for (const node of image.nodes()) {
    const records = [...image.recordsOf(node)];
    const aliases = records.filter(({ type }) => type === RRType.CNAME);
    const owner: Name = image.nodeName(node);
    if (records.some(({ type }) => type !== RRType.CNAME && type !== RRType.RRSIG))
      changes.push({ do: "delete", owner, type: RRType.CNAME });
    else if (aliases.length > 1) changes.push({ ...aliases[0]!, do: "set", rdata: [aliases[0]!.rdata] });
  }
  if (image.rrset(image.apex, RRType.NS) === 0)
    changes.push({
      do: "set",
      owner: image.origin,
      type: RRType.NS,
      ttl: 3600,
      rdata: [nameOctets(image.origin)],
    });
  return applied(image, changes);
}

/** Records without their TTL and without the SOA. */
function untimed(records: ZoneImage | Iterable<ZoneRecord>): string[] {
  const all = Symbol.iterator in records ? records : records.records();
  return recordLines(
    [...all].filter(({ type }) => type !== RRType.SOA).map((record) => ({ ...record, ttl: 0 })),
  );
}
