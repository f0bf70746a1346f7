/** A notice by mail gets to a server whose certificate is believed, and to no other. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { sendMail } from "../../src/capabilities/ddns/notices/mail.ts";
import { startSmtpServer } from "../../src/capabilities/ddns/notices/smtp-server.testing.ts";
import { makeCertificate } from "../interop/lab-tools.ts";
import { requirePeer } from "../peers.ts";

const text = { title: "foundry: a test", body: "All is well.\n", isTrouble: false, isUrgent: false };
const password = "correct horse";
const login = Buffer.from(`\0foundry\0${password}`).toString("base64");

async function send(t: TestContext, name: string, isBelieved: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "mail-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = await makeCertificate(folder, name);
  const [certificate, key] = [readFileSync(files.certificate, "utf8"), readFileSync(files.key, "utf8")];
  await using server = await startSmtpServer({
    offers: ["STARTTLS", "AUTH PLAIN"],
    identity: { certificate, key },
  });
  const config = {
    server: `localhost:${server.port}`,
    security: "starttls" as const,
    user: "foundry",
    from: "homeport@foundry.example",
    to: ["smith@foundry.example"],
  };
  const authorities = isBelieved ? [certificate] : [];
  const failure = await sendMail(
    { config, password, timeoutMs: 10_000, authorities },
    text,
    new AbortController().signal,
  );
  return { failure, mails: server.mails, heard: server.heard };
}

test("a mail and its login go by TLS once STARTTLS has been done", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const { failure, mails, heard } = await send(t, "localhost", true);
  assert.equal(failure, undefined);
  assert.deepEqual([mails.length, mails[0]!.isSecure], [1, true]);
  assert.ok(heard.indexOf("STARTTLS") < heard.indexOf(`AUTH PLAIN ${login}`));
});

for (const [why, name, isBelieved, sentence] of [
  ["nobody vouches for", "localhost", false, "the server has signed it itself"],
  ["is of another name", "mail.example", true, "it is for another name"],
] as const)
  test(`a server whose certificate ${why} hears neither the login nor the mail`, async (t) => {
    if (!requirePeer(t, "openssl", "openssl")) return;
    const { failure, mails, heard } = await send(t, name, isBelieved);
    assert.deepEqual(failure, {
      why: `it has a certificate that cannot be believed: ${sentence}`,
      isFinal: true,
    });
    assert.equal(mails.length, 0);
    assert.ok(!heard.some((line) => /^(AUTH|MAIL)/.test(line)));
  });
