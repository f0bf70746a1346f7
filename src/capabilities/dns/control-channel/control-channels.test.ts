/** Channels follow the settings: all of them or none. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { systemClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { matchAny, matchNone } from "../address-match.ts";
import { type ControlChannelSettings, ControlChannels } from "./control-channels.ts";
import { ControlClient, request, sampleKey } from "./control-client.testing.ts";

function openChannels(): ControlChannels {
  return new ControlChannels({
    execute: async () => ({ result: "done" }),
    log: collectLog().log,
    clock: systemClock,
  });
}

function channel(
  listen = "127.0.0.1:0",
  other: Partial<ControlChannelSettings> = {},
): ControlChannelSettings {
  return { listen, allow: matchAny, keys: [sampleKey()], readOnly: false, ...other };
}

function portOf(channels: ControlChannels, index = 0): number {
  return Number(channels.status[index]!.address.split(":").at(-1));
}

async function answers(port: number, key = sampleKey()): Promise<boolean> {
  await using client = await ControlClient.connect(port);
  return (await client.ask(request("null", Date.now()), key)) !== undefined;
}

async function isListening(port: number): Promise<boolean> {
  try {
    await using _ = await ControlClient.connect(port);
    return true;
  } catch {
    return false;
  }
}

test("what is prepared listens, and goes again when it is discarded", async () => {
  await using channels = openChannels();
  await (await channels.prepare([channel()])).commit();
  const port = portOf(channels);
  assert.ok(await answers(port));
  const next = await channels.prepare([channel("127.0.0.2:0")]);
  await next.discard();
  assert.equal(channels.status.length, 1);
  assert.ok(await answers(port));
});

test("a channel that settings no longer have is closed, one that they keep keeps its port", async () => {
  await using channels = openChannels();
  await (await channels.prepare([channel(), channel("127.0.0.2:0")])).commit();
  const [kept, left] = [portOf(channels, 0), portOf(channels, 1)];
  await (await channels.prepare([channel()])).commit();
  assert.deepEqual([channels.status.length, portOf(channels)], [1, kept]);
  assert.equal(await isListening(left), false);
});

test("new keys and lists count from the commit on, not before", async () => {
  await using channels = openChannels();
  await (await channels.prepare([channel()])).commit();
  const port = portOf(channels);
  const other = sampleKey("hmac-sha512");
  const next = await channels.prepare([channel("127.0.0.1:0", { keys: [other] })]);
  assert.deepEqual([await answers(port), await answers(port, other)], [true, false]);
  await next.commit();
  assert.deepEqual([await answers(port), await answers(port, other)], [false, true]);
  await (await channels.prepare([channel("127.0.0.1:0", { allow: matchNone })])).commit();
  assert.equal(await answers(port), false);
  assert.deepEqual(channels.status[0]!.notAllowed, 1);
});

test("an address that cannot be used leaves all as it is, and the error says where it stands", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  try {
    await using channels = openChannels();
    await (await channels.prepare([channel()])).commit();
    const before = portOf(channels);
    const next = channels.prepare([channel("127.0.0.2:0"), channel(`127.0.0.1:${port}`)]);
    await assert.rejects(next, (error: ConfigError) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.code, "HP_LISTEN_IN_USE");
      assert.equal(error.problems[0]!.path, "dns.controls[1].listen");
      return true;
    });
    assert.deepEqual([channels.status.length, portOf(channels)], [1, before]);
    assert.ok(await answers(before));
  } finally {
    taken.close();
  }
});

test("the same address twice is refused", async () => {
  await using channels = openChannels();
  await assert.rejects(
    channels.prepare([channel("127.0.0.1"), channel("127.0.0.1:953")]),
    /dns\.controls\[1\]\.listen: 127\.0\.0\.1:953 is there twice, first as dns\.controls\[0\]\.listen/,
  );
});

test("without settings nothing listens", async () => {
  const channels = openChannels();
  await (await channels.prepare([channel()])).commit();
  const port = portOf(channels);
  await channels[Symbol.asyncDispose]();
  assert.deepEqual([channels.status, await isListening(port)], [[], false]);
});
