import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { interfaceError } from "./interface-error.ts";
import { systemError } from "./libc.ts";
import { errno } from "./linux.ts";

const use = { interfaceName: "eth1", wants: "UDP port 67", port: 67 };

suite("an interface that cannot be used", () => {
  test("the program that has the port is named when it is known", () => {
    const error = interfaceError(systemError("bind", errno.EADDRINUSE), use, (port) => [
      `dnsmasq on ${port}`,
    ]);
    assert.equal(error.code, "HP_INTERFACE_PORT_IN_USE");
    assert.match(error.message, /: dnsmasq on 67 has this port; stop it/);
  });

  for (const [why, number, code, says] of [
    ["another program has the port", errno.EADDRINUSE, "HP_INTERFACE_PORT_IN_USE", /ss -lpnu 'sport = :67'/],
    [
      "a port below 1024 without a privilege",
      errno.EACCES,
      "HP_INTERFACE_NOT_ALLOWED",
      /as root.*CAP_NET_RAW/,
    ],
    ["a packet socket without a privilege", errno.EPERM, "HP_INTERFACE_NOT_ALLOWED", /cap_net_raw/],
    ["it has just gone", errno.ENODEV, "HP_INTERFACE_GONE", /ip link show eth1/],
    ["it is down", errno.ENETDOWN, "HP_INTERFACE_GONE", /as soon as it is up/],
    ["there are no more files", errno.EMFILE, "HP_INTERFACE_NO_FILES", /LimitNOFILE/],
    ["something nobody thought of", errno.EIO, "HP_INTERFACE_FAILED", /bind EIO/],
  ] as const) {
    test(`${why}: the operator reads what to do`, () => {
      const error = interfaceError(systemError("bind", number), use, () => []);
      assert.equal(error.code, code);
      assert.match(error.message, /^cannot use UDP port 67 on eth1: /);
      assert.match(error.message, says);
    });
  }
});
