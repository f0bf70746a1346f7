/** What becomes of a mail at servers that take it and at those that do not. With TLS: test/scenarios. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MailConfig } from "../config.ts";
import { type MailParts, sendMail } from "./mail.ts";
import { type SmtpScript, type SmtpStandIn, startSmtpServer } from "./smtp-server.testing.ts";

const text = {
  title: "foundry: public IPv4 address is now 203.0.113.90",
  body: "The public IPv4 address of foundry is 203.0.113.90.\n.\nNaïve.\n",
  isTrouble: false,
  isUrgent: false,
};
const password = "correct horse";
const login = { user: "foundry", password };

const configFor = ({ port }: Pick<SmtpStandIn, "port">, given: Partial<MailConfig>): MailConfig => ({
  server: `127.0.0.1:${port}`,
  security: "none",
  from: "homeport@foundry.example",
  to: ["smith@foundry.example"],
  ...given,
});

interface Given {
  readonly script?: SmtpScript;
  readonly config?: Partial<MailConfig>;
  readonly parts?: Partial<MailParts>;
}

async function sent({ script = {}, config = {}, parts = {} }: Given, signal = new AbortController().signal) {
  await using server = await startSmtpServer(script);
  const mail = configFor(server, config);
  const failure = await sendMail(
    { config: mail, password: mail.password, timeoutMs: 5_000, ...parts },
    text,
    signal,
  );
  return { failure, mails: server.mails, heard: server.heard };
}

test("a mail is plain text with subject, sender, addressees, and asks for no answer", async () => {
  const to = ["smith@foundry.example", "apprentice@foundry.example"];
  const { failure, mails } = await sent({ config: { to } });
  assert.equal(failure, undefined);
  const [mail] = mails;
  assert.deepEqual([mails.length, mail!.from, mail!.to], [1, "homeport@foundry.example", to]);
  const [head = "", body = ""] = mail!.text.split(/\n\n(.*)/s);
  const headers = new Map(
    head
      .replaceAll(/\n[ \t]+/g, " ")
      .split("\n")
      .map((line) => line.split(/: (.*)/s) as [string, string]),
  );
  assert.equal(headers.get("Subject"), text.title);
  assert.equal(headers.get("To"), to.join(", "));
  assert.equal(headers.get("Auto-Submitted"), "auto-generated");
  assert.match(headers.get("Content-Type")!, /^text\/plain; charset=utf-8/);
  assert.ok(headers.has("Message-ID") && headers.has("Date"));
  assert.match(body, /^The public IPv4 address of foundry is 203\.0\.113\.90\.\n\.\nNa=C3=AFve\./);
});

test("a login is tried with the user's name and password", async () => {
  const { failure, heard } = await sent({ script: { offers: ["AUTH PLAIN"] }, config: login });
  assert.equal(failure, undefined);
  const plain = Buffer.from(`\0foundry\0${password}`).toString("base64");
  assert.ok(heard.includes(`AUTH PLAIN ${plain}`));
});

const plainLogin = Buffer.from(`\0foundry\0${password}`).toString("base64");

for (const [why, given, sentence, isFinal] of [
  [
    "a login that is refused is refused for good, and no secret is repeated",
    {
      script: {
        offers: ["AUTH PLAIN"],
        answers: { AUTH: `535 5.7.8 bad credentials: ${plainLogin} ${password}` },
      },
      config: login,
    },
    "it answers the login with 535 5.7.8 bad credentials: [not shown] [not shown]",
    true,
  ],
  [
    "a login that cannot be checked now is tried again",
    { script: { offers: ["AUTH PLAIN"], answers: { AUTH: "454 4.7.0 later" } }, config: login },
    "it answers the login with 454 4.7.0 later",
    false,
  ],
  [
    "a sender who may not send here",
    { script: { answers: { MAIL: "553 5.7.1 not yours" } } },
    "it answers the sender with 553 5.7.1 not yours",
    true,
  ],
  [
    "an addressee whom nobody knows",
    { script: { answers: { RCPT: "550 5.1.1 no such user" } } },
    "it answers the addresses with 550 5.1.1 no such user",
    true,
  ],
  [
    "a greylist is waited out",
    { script: { answers: { RCPT: "450 4.2.0 greylisted" } } },
    "it answers the addresses with 450 4.2.0 greylisted",
    false,
  ],
  [
    "one of several addressees whom nobody knows: the others have it",
    { config: { to: ["smith@foundry.example", "nobody@foundry.example"] } },
    "it takes no mail for nobody@foundry.example",
    true,
  ],
  [
    "a server that is about to stop",
    { script: { answers: { greeting: "421 4.3.2 shutting down" } } },
    "it answers the connection with 421 4.3.2 shutting down",
    false,
  ],
  [
    "a mail that it does not like",
    { script: { answers: { mail: "554 5.7.1 looks like spam" } } },
    "it answers the mail with 554 5.7.1 looks like spam",
    true,
  ],
  [
    "a full disk there",
    { script: { answers: { mail: "452 4.3.1 no room" } } },
    "it answers the mail with 452 4.3.1 no room",
    false,
  ],
  [
    "a server without STARTTLS where it is asked for gets nothing",
    { config: { security: "starttls", ...login } },
    "it does not begin TLS (502 5.5.1 not here); is the port right, and `security`",
    true,
  ],
  [
    "a server that says nothing",
    { script: { answers: { greeting: "" } }, parts: { timeoutMs: 100 } },
    "it did not take the mail within 0.1 s",
    false,
  ],
  [
    "a server that says nothing in the middle",
    { script: { answers: { mail: "" } }, parts: { timeoutMs: 100 } },
    "it did not take the mail within 0.1 s",
    false,
  ],
  [
    "a server that is none of SMTP",
    { script: { answers: { greeting: "HTTP/1.1 400 Bad Request" } } },
    /^it .*HTTP\/1\.1 400 Bad Request/,
    false,
  ],
] as const satisfies readonly (readonly [string, Given, string | RegExp, boolean])[])
  test(`a mail: ${why}`, async () => {
    const { failure, heard } = await sent(given);
    assert.ok(failure !== undefined, "it has failed");
    if (typeof sentence === "string") assert.equal(failure.why, sentence);
    else assert.match(failure.why, sentence);
    assert.equal(failure.isFinal, isFinal);
    if (sentence.toString().includes("STARTTLS")) assert.ok(!heard.some((line) => line.startsWith("AUTH")));
  });

test("a mail: a server that is not there", async () => {
  const { port } = await startSmtpServer().then(async (server) => {
    await server[Symbol.asyncDispose]();
    return server;
  });
  const failure = await sendMail(
    { config: configFor({ port }, {}), password: undefined, timeoutMs: 5_000 },
    text,
    new AbortController().signal,
  );
  assert.deepEqual(failure, { why: "it refused the connection", isFinal: false });
});

test("a mail: the end of the program breaks it off", async () => {
  const { failure, mails } = await sent({}, AbortSignal.abort());
  assert.deepEqual(failure, { why: "it is not waited for any longer", isFinal: false });
  assert.equal(mails.length, 0);
});
