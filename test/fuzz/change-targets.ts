/**
 * What the fuzzer feeds to those who read what changes zones: updates, signatures, transfers, notifications,
 * commands of rndc, catalogs.
 */
import { createHmac, randomBytes, randomInt } from "node:crypto";
import { ConfigError } from "#contracts/configuration.ts";
import { SteppedClock } from "#platform/clock/clock.ts";
import { decodeMessage } from "#protocols/dns/message.ts";
import { lowerName, nameOctets, parseName } from "#protocols/dns/name.ts";
import { formatOf } from "#protocols/dns/records/index.ts";
import { WireError, WireReader } from "#protocols/dns/wire.ts";
import { openMessage, readRequest, sealMessage } from "#protocols/isccc/message.ts";
import {
  AddressMatchError,
  addressEntryProblem,
  matchNone,
} from "../../src/capabilities/dns/address-match.ts";
import { BrokenCatalogError } from "../../src/capabilities/dns/catalog/broken-catalog-error.ts";
import { catalogImage, memberRecords } from "../../src/capabilities/dns/catalog/catalog.testing.ts";
import { outcomeOf } from "../../src/capabilities/dns/catalog/catalog-outcome.ts";
import { readCatalog } from "../../src/capabilities/dns/catalog/catalog-zone.ts";
import { SampleTarget } from "../../src/capabilities/dns/control-channel/control-target.testing.ts";
import { runCommand } from "../../src/capabilities/dns/control-channel/rndc-commands.ts";
import {
  packRecords,
  RecordOctetsError,
  unpackRecords,
  walkRecords,
} from "../../src/capabilities/dns/journal/record-octets.ts";
import { parseServer } from "../../src/capabilities/dns/server-address.ts";
import { NotifyReceiver } from "../../src/capabilities/dns/transfer/in/notify-receiver.ts";
import { TransferFault } from "../../src/capabilities/dns/transfer/in/transfer-fault.ts";
import { TransferStream } from "../../src/capabilities/dns/transfer/in/transfer-stream.ts";
import { readTransferRequest } from "../../src/capabilities/dns/transfer/out/transfer-request.ts";
import { checkRequest } from "../../src/capabilities/dns/tsig/check-request.ts";
import { readUpdate } from "../../src/capabilities/dns/update/update-message.ts";
import { updateResponse } from "../../src/capabilities/dns/update/update-response.ts";
import { CatalogConfig } from "../../src/capabilities/dns/zone-config.ts";
import type { ZoneImage, ZoneRecord } from "../../src/capabilities/dns/zones/image.ts";
import { ClientSignature, TsigError } from "../../src/platform/tsig/client-signature.ts";
import { KeyFileError, keyFileText, readKeyFile } from "../../src/platform/tsig/key-file.ts";
import { labKey, notifyOf, questionOf, signedBy, updateMessage, wrongKey } from "../hostile/changes-lab.ts";
import { quietLog } from "../hostile/quiet-log.ts";

/** Others change octets of a seed, and sometimes its length. */
type Mutate = (seed: Uint8Array) => Uint8Array;

const zone = "lab.example.";
const clientAddress = Uint8Array.of(192, 0, 2, 1);
const client = {
  address: clientAddress,
  text: "192.0.2.1",
  transport: 0,
  encrypted: false,
  key: undefined,
} as const;
const keyring = new Map([[labKey.name, labKey]]);

const updates = [
  updateMessage(1, zone, [{ owner: "a.lab.example.", rdata: Uint8Array.of(192, 0, 2, 1) }]),
  updateMessage(2, zone, [
    { owner: "lab.example.", type: 2, rdata: nameOctets(parseName("ns1.lab.example.")) },
    { owner: "b.lab.example.", type: 16, rdata: Uint8Array.of(2, 104, 105) },
    { owner: "c.lab.example.", type: 33, rdata: Uint8Array.of(0, 1, 0, 1, 0, 80, 1, 97, 0) },
  ]),
];

function pick<Item>(list: readonly Item[]): Item {
  return list[randomInt(list.length)]!;
}

export function changeTargets(mutated: Mutate): Readonly<Record<string, () => void>> {
  const notifier = notifyReceiver();
  const catalogs = catalogTarget(mutated);
  const control = controlTarget(mutated);
  return {
    update: () => tolerate(() => readWhole(mutated(pick(updates)))),
    tsig: () => checkSigned(mutated),
    signature: () => verifyAnswer(mutated),
    notify: () => {
      const message = mutated(notifyOf(randomInt(65_536), pick([zone, "copy.example.", "."])));
      if (message.length < 12) return;
      const answer = notifier.receive(message, client);
      if (answer !== undefined) decodeMessage(answer);
    },
    transferRequest: () => {
      const message = mutated(questionOf(5, zone, pick([251, 252])));
      readTransferRequest(message);
    },
    transferStream: () => takeStream(mutated),
    control,
    catalog: catalogs,
    recordOctets: () => readRecordOctets(mutated),
    configTexts: () => readTexts(mutated),
  };
}

function readWhole(octets: Uint8Array): void {
  if (octets.length < 12) return;
  const { updates: records, edns } = readUpdate(octets);
  decodeMessage(
    updateResponse(octets, 16, { edns: edns ?? { version: 0, dnssecOk: true }, udpPayloadOctets: 512 }),
  );
  // What is kept of a record must be readable where there is no message around it.
  for (const { type, rdata } of records) {
    if (rdata.length === 0) continue;
    try {
      formatOf(type)?.decode(new WireReader(rdata, 0, rdata.length, false));
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== "unknown-form")
        throw new Error(`kept ${rdata.toHex()}`);
    }
  }
}

function checkSigned(mutated: Mutate): void {
  const seed = signedBy(pick([labKey, labKey, wrongKey]), pick(updates));
  const message = mutated(seed);
  if (message.length < 12) return;
  const checked = checkRequest(message, keyring, Math.floor(Date.now() / 1000) + pick([0, 0, 0, 301, -301]));
  if (checked.state === "bad") decodeMessage(checked.response);
  if (checked.state !== "good") return;
  // Only what is not signed may differ: the id, the length of the MAC, the case of its name, what follows.
  if (!checked.body.every((octet, at) => octet === seed[at] || at === 11))
    throw new Error("taken though changed");
  checked.signer.sign(checked.body, 0);
}

function verifyAnswer(mutated: Mutate): void {
  const signature = new ClientSignature(labKey);
  const now = Math.floor(Date.now() / 1000);
  const request = signature.sign(pick(updates), now);
  const checked = checkRequest(request, keyring, now);
  if (checked.state !== "good") throw new Error("our own signature is refused");
  try {
    signature.verify(mutated(checked.signer.sign(checked.body, now)), now);
  } catch (error) {
    if (!(error instanceof WireError || error instanceof TsigError)) throw error;
  }
}

function notifyReceiver(): NotifyReceiver {
  const copy = {
    name: parseName("copy.example."),
    primaries: [parseServer("192.0.2.1")],
    allowNotify: matchNone,
    bounds: { recordsPerTypeMax: 100, typesPerNameMax: 100 },
  };
  return new NotifyReceiver({
    secondaries: {
      zone: (name) => (lowerName(name) === copy.name ? copy : undefined),
      notified: () => true,
    },
    isServed: (name) => lowerName(name) === zone,
    clock: new SteppedClock(),
    log: quietLog,
  });
}

const soa = "026e73026e73000000000500000e1000000258000151800000003c";
const header = "000784000000000400000000";
const streamSeeds = [
  // SOA, A, NS, SOA in one message, owners by pointers
  `${header}036c6162076578616d706c6500000600010000003c001b${soa}0161c00c000100010000003c0004c0000201`,
  `${header}036c6162076578616d706c6500000600010000003c001b${soa}c00c000200010000003c00050261 62c00c`.replaceAll(
    " ",
    "",
  ),
].map((hex) => {
  const front = Uint8Array.fromHex(hex);
  const end = Uint8Array.fromHex(`c00c000600010000003c001b${soa}`);
  const whole = new Uint8Array([...front, ...end]);
  whole[7] = 3;
  return whole;
});

function takeStream(mutated: Mutate): void {
  const type = pick([251, 252] as const);
  const serial = pick([undefined, 4, 5]);
  const plan = { zone: parseName(zone), id: 7, type, serial, expected: 16, octetsMax: 10_000 };
  const stream = new TransferStream(plan);
  try {
    for (let messages = randomInt(1, 5); messages > 0; messages--)
      if (stream.take(mutated(pick(streamSeeds)))) break;
    if (stream.outcome?.form === "zone") stream.outcome.builder.finish();
  } catch (error) {
    if (!(error instanceof WireError || error instanceof TransferFault)) throw error;
  }
}

/** What no key has signed is only opened; what one has is read as well. */
function controlTarget(mutated: Mutate): () => void {
  const mac = (octets: Uint8Array) => createHmac("sha256", labKey.secret).update(octets).digest();
  const tables = Buffer.from(
    "\x05_ctrl\x02\0\0\0\x30\x04_ser\x01\0\0\0\x011\x04_tim\x01\0\0\0\x0a1795550106\x04_exp\x01\0\0\0\x0a1795550166" +
      "\x05_data\x02\0\0\0\x10\x04type\x01\0\0\0\x06status",
    "latin1",
  );
  const commands = [
    "status",
    "reload lab.example",
    "zonestatus x IN _default",
    "freeze",
    "sync -clean",
    "querylog",
  ];
  return () => {
    tolerate(() => void openMessage(mutated(sealMessage(tables, "hmac-sha256", mac))));
    tolerate(() => void readRequest(mutated(tables)));
    const text = Buffer.from(mutated(Buffer.from(pick(commands)))).toString("latin1");
    runCommand(text, new SampleTarget(), { readOnly: randomInt(2) === 0 }).catch((error: unknown) => {
      console.error(`rndc ${JSON.stringify(text)}`);
      throw error;
    });
  };
}

function catalogTarget(mutated: Mutate): () => void {
  const images = new Map<string, ZoneImage>();
  const config = CatalogConfig.parse({ name: "catalog", primaries: ["192.0.2.1"] });
  const oddName = (): string => {
    const labels = Array.from({ length: randomInt(1, 4) }, () =>
      Array.from(randomBytes(randomInt(1, 40)), (octet) => `\\${String(octet).padStart(3, "0")}`).join(""),
    );
    return `${labels.join(".")}.`;
  };
  const lines = [
    () =>
      memberRecords(
        `m${randomInt(5)}=${pick([oddName(), "a.example.", ".", "catalog.", "..%2fx.example."].filter((name) => !name.startsWith("..")))}`,
      ),
    () => `coo.m${randomInt(5)}.zones PTR ${oddName()}\n`,
    () => `group.m${randomInt(5)}.zones TXT "${"g".repeat(randomInt(200))}"\n`,
    () => `primaries.ext.m${randomInt(5)}.zones A 192.0.2.${randomInt(256)}\n`,
    () => `allow-query.ext APL 1:10.0.0.0/${randomInt(33)} !1:0.0.0.0/0\n`,
    () => `ns1.primaries.ext TXT "${oddName().replaceAll("\\", "")}"\n`,
  ];
  return () => {
    const text = Array.from({ length: randomInt(8) }, () => pick(lines)()).join("");
    let image: ZoneImage;
    try {
      image = catalogImage(text);
    } catch {
      return; // no zone at all
    }
    images.clear();
    try {
      const catalog = readCatalog(image);
      const settings = { catalogs: [config], isConfigured: () => false, hasKey: () => randomInt(2) === 0 };
      const name = parseName("catalog.");
      outcomeOf({ catalogs: new Map([[name, catalog]]), owned: new Map() }, settings, 1, name);
    } catch (error) {
      if (!(error instanceof BrokenCatalogError)) throw error;
    }
    void mutated;
  };
}

const keptRecords: readonly ZoneRecord[] = [
  { owner: parseName("a.lab.example."), type: 1, ttl: 60, rdata: Uint8Array.of(192, 0, 2, 1) },
  { owner: parseName("lab.example."), type: 16, ttl: 60, rdata: Uint8Array.of(2, 104, 105) },
];

function readRecordOctets(mutated: Mutate): void {
  const octets = mutated(packRecords(keptRecords));
  const read = (run: () => number): number | undefined => {
    try {
      return run();
    } catch (error) {
      if (error instanceof RecordOctetsError) return undefined;
      throw error;
    }
  };
  const unpacked = read(() => [...unpackRecords(octets)].length);
  const walked = read(() => {
    let records = 0;
    walkRecords(octets, () => records++);
    return records;
  });
  if (unpacked !== walked) throw new Error(`${unpacked} records, or ${walked}: ${octets.toHex()}`);
}

const serverTexts = ["192.0.2.1", "[2001:db8::1]:5353", "tls://9.9.9.9#dns.example", "192.0.2.1 key lab-key"];
const keyText = keyFileText({ name: "lab-key", algorithm: "hmac-sha256", secret: labKey.secret });

function readTexts(mutated: Mutate): void {
  const text = (seed: string): string => Buffer.from(mutated(Buffer.from(seed))).toString("latin1");
  const known = [ConfigError, AddressMatchError, KeyFileError] as const;
  for (const run of [
    () => parseServer(text(pick(serverTexts))),
    () => addressEntryProblem(text(pick(["!10.0.0.0/8", "key lab-key", "acl x", "2001:db8::/32"]))),
    () => readKeyFile(text(keyText), "lab-key"),
  ]) {
    try {
      run();
    } catch (error) {
      if (!known.some((kind) => error instanceof kind)) throw error;
    }
  }
}

function tolerate(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}
