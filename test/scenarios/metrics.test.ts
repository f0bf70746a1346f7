/** `homeport metrics` and GET /metrics of a running site are read by the rules of Prometheus' format. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { readMetricsText } from "#surfaces/http/metrics-text.testing.ts";
import { askTcp, askUdp } from "../../src/platform/dns-query/ask.ts";
import { program, startLab } from "./foundry-lab.ts";

function query(name: string, type: number): Uint8Array {
  return encodeMessage(queryMessage({ id: 7, question: { name: parseName(name), type, class: 1 } }));
}

test("what was asked is counted, by command and over the socket", async (t) => {
  const { folder, port } = await startLab(t);
  const server = { address: "127.0.0.1", port };
  for (const name of ["www.dmz.mydomain.com.", "www.dmz.mydomain.com.", "nothing.dmz.mydomain.com."])
    await askTcp(query(name, RRType.A), server, 5000);
  await askTcp(query("dmz.mydomain.com.", RRType.SOA), server, 5000);
  await askUdp(query("www.dmz.mydomain.com.", RRType.A), server, 5000);

  const words = [join(program, "src/main.ts"), "metrics", "--data", join(folder, "data")];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const printed = readMetricsText(stdout);
  const value = (family: string, labels = "") => printed.get(family)?.samples.get(family + labels);
  const queries = "homeport_dns_queries_total";
  assert.equal(value(queries, '{transport="tcp",type="A"}'), 3);
  assert.equal(value(queries, '{transport="tcp",type="SOA"}'), 1);
  const responses = "homeport_dns_responses_total";
  assert.equal(value(responses, '{transport="tcp",family="ipv4",rcode="NOERROR"}'), 3);
  assert.equal(value(responses, '{transport="tcp",family="ipv4",rcode="NXDOMAIN"}'), 1);
  assert.equal(value("homeport_dns_zones", '{state="serving"}'), 2);
  assert.equal(value("homeport_dns_records"), 21);
  const received = `{address="127.0.0.1:${port}",event="received"}`;
  assert.equal(value("homeport_dns_udp_events_total", received), 1);
  assert.equal(value("homeport_dns_tcp_events_total", received), 4);
  assert.ok(value("homeport_process_resident_memory_bytes")! > 1e7);

  const json = spawnSync(process.execPath, [...words, "--json"], { encoding: "utf8" });
  const { families } = JSON.parse(json.stdout) as { families: { name: string }[] };
  assert.ok(families.some(({ name }) => name === queries));

  const asked = request({ socketPath: join(folder, "data", "homeport.sock"), path: "/metrics" });
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  assert.match(answer.headers["content-type"]!, /^text\/plain; version=0\.0\.4/);
  const scraped = readMetricsText(Buffer.concat(await answer.toArray()).toString());
  assert.deepEqual([...scraped.keys()], [...printed.keys()]);
});
