/** lego and certbot prove a name by dns-01: their TXT records come and go by updates signed with a key. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type AcmeServer, startAcmeServer } from "../acme/acme-server.ts";
import { requirePeer } from "../peers.ts";
import { LabHomeport } from "./lab-homeport.ts";
import { keyOf } from "./lab-peers.ts";
import { copyOf, lookUp, makeCertificate, run, serialOf } from "./lab-tools.ts";

const zone = "lab.example";
const key = keyOf("hmac-sha512");
const text =
  "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\nwww A 192.0.2.80\n";

interface AcmeLab {
  readonly homeport: LabHomeport;
  readonly acme: AcmeServer;
  /** Of the authority. */
  readonly certificate: string;
}

async function startAcmeLab(t: TestContext): Promise<AcmeLab> {
  const homeport = await LabHomeport.start(t, {
    dns: {
      keys: [key],
      zones: [
        {
          name: zone,
          file: "zone.db",
          allowTransfer: ["127.0.0.1"],
          grant: [
            { key: key.name, names: "name", name: `_acme-challenge.${zone}`, types: ["TXT"] },
            { key: key.name, names: "name", name: `_acme-challenge.www.${zone}`, types: ["TXT"] },
          ],
        },
      ],
    },
    files: { "zone.db": text },
  });
  const files = await makeCertificate(homeport.folder, "localhost");
  const acme = await startAcmeServer({
    ...files,
    folder: homeport.folder,
    texts: async (name) => (await lookUp(homeport.port, name, "TXT")).map((line) => line.replaceAll('"', "")),
  });
  t.after(() => acme[Symbol.asyncDispose]());
  return { homeport, acme, certificate: files.certificate };
}

/** Each name was proven by what was there, and nothing is left of it. */
async function assertProven({ homeport, acme }: AcmeLab, names: readonly string[]): Promise<void> {
  assert.deepEqual(acme.checks.map(({ name }) => name).sort(), [...names].sort());
  for (const { expected, found } of acme.checks) assert.ok(found.includes(expected));
  assert.deepEqual(
    (await copyOf(homeport.port, zone)).filter((line) => line.includes(" TXT ")),
    [],
  );
  assert.ok((await serialOf(homeport.port, zone))! >= 1 + 2 * new Set(names).size, "added and removed");
}

/** A plugin is no program, so that `requirePeer` cannot look for it. */
async function hasPlugin(t: TestContext, folders: readonly string[]): Promise<boolean> {
  const { output } = await run("certbot", ["plugins", ...folders]);
  if (output.includes("dns-rfc2136")) return true;
  const sentence =
    "certbot-dns-rfc2136 is not installed; Debian package python3-certbot-dns-rfc2136 brings it";
  if (process.env["HOMEPORT_PEERS"] === "require") throw new Error(sentence);
  t.skip(sentence);
  return false;
}

test("lego gets a certificate for a name and for a wildcard", async (t) => {
  if (!requirePeer(t, "lego", "lego") || !requirePeer(t, "openssl", "openssl")) return;
  const lab = await startAcmeLab(t);
  const { homeport, acme, certificate } = lab;
  const at = `127.0.0.1:${homeport.port}`;
  const path = join(homeport.folder, "lego");
  const client = ["--accept-tos", "--email", "admin@lab.example", "--server", acme.directory, "--path", path];
  const proof = ["--dns", "rfc2136", "--dns.disable-cp", "--dns.resolvers", at];
  const names = ["--domains", `www.${zone}`, "--domains", `*.${zone}`];
  const { code, output, errors } = await run("lego", [...client, ...proof, ...names, "run"], {
    env: {
      LEGO_CA_CERTIFICATES: certificate,
      RFC2136_NAMESERVER: at,
      RFC2136_TSIG_ALGORITHM: "hmac-sha512.",
      RFC2136_TSIG_KEY: key.name,
      RFC2136_TSIG_SECRET: key.secret,
      RFC2136_SEQUENCE_INTERVAL: "1",
      RFC2136_POLLING_INTERVAL: "1",
    },
  });
  assert.equal(code, 0, output + errors);
  await assertProven(lab, [`_acme-challenge.www.${zone}`, `_acme-challenge.${zone}`]);
  assert.match(readFileSync(join(path, `certificates/www.${zone}.crt`), "utf8"), /BEGIN CERTIFICATE/);
});

test("certbot gets a certificate for a name and for a wildcard", async (t) => {
  if (!requirePeer(t, "certbot", "certbot") || !requirePeer(t, "openssl", "openssl")) return;
  const lab = await startAcmeLab(t);
  const { homeport, acme, certificate } = lab;
  const folders = ["config", "work", "logs"].flatMap((use) => [`--${use}-dir`, join(homeport.folder, use)]);
  if (!(await hasPlugin(t, folders))) return;
  const credentials = join(homeport.folder, "rfc2136.ini");
  writeFileSync(
    credentials,
    `dns_rfc2136_server = 127.0.0.1
dns_rfc2136_port = ${homeport.port}
dns_rfc2136_name = ${key.name}.
dns_rfc2136_secret = ${key.secret}
dns_rfc2136_algorithm = HMAC-SHA512
`,
    { mode: 0o600 },
  );
  const client = ["certonly", "--non-interactive", "--agree-tos", "--email", "admin@lab.example"];
  const proof = ["--dns-rfc2136", "--dns-rfc2136-credentials", credentials];
  const haste = ["--dns-rfc2136-propagation-seconds", "0", "--server", acme.directory];
  const names = ["--domain", `www.${zone}`, "--domain", `*.${zone}`];
  const { code, output, errors } = await run(
    "certbot",
    [...client, ...proof, ...haste, ...folders, ...names],
    {
      env: { REQUESTS_CA_BUNDLE: certificate },
    },
  );
  assert.equal(code, 0, output + errors);
  await assertProven(lab, [`_acme-challenge.www.${zone}`, `_acme-challenge.${zone}`]);
  const chain = join(homeport.folder, `config/live/www.${zone}/fullchain.pem`);
  assert.match(readFileSync(chain, "utf8"), /BEGIN CERTIFICATE/);
});
