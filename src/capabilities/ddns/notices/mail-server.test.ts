import assert from "node:assert/strict";
import { test } from "node:test";
import { smtpServerOf } from "./mail-server.ts";

for (const [server, security, host, port] of [
  ["mail.example", "starttls", "mail.example", 587],
  ["mail.example", "tls", "mail.example", 465],
  ["mail.example", "none", "mail.example", 25],
  ["mail.example:2525", "tls", "mail.example", 2525],
  ["192.0.2.1:26", "none", "192.0.2.1", 26],
  ["[2001:db8::1]:26", "none", "2001:db8::1", 26],
  ["[2001:db8::1]", "tls", "2001:db8::1", 465],
] as const)
  test(`the mail server ${server} with ${security} is ${host} at ${port}`, () => {
    assert.deepEqual(smtpServerOf({ server, security }), { host, port });
  });
