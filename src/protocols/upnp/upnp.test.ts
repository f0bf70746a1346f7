import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { WireError } from "../dns/wire.ts";
import { readConnectionServices } from "./description.ts";
import { externalAddressAction, readExternalAddressResult } from "./external-address.ts";
import { addressAnswer, description, fault, searchAnswer } from "./router.cases.ts";
import { readSearchAnswer, searchMessage, searchTargets } from "./search.ts";

const url = "http://192.168.1.1:5000/rootDesc.xml";
const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

suite("SSDP's search", () => {
  test("a search names what it is for, and ends with an empty line", () => {
    const want =
      'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 2\r\n' +
      "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n";
    assert.equal(searchMessage(searchTargets[0], 2), want);
  });

  test("an answer tells what there is and where its description is", () => {
    const want = { target: searchTargets[0], location: url };
    assert.deepEqual(readSearchAnswer(octets(searchAnswer(url))), want);
    assert.deepEqual(
      readSearchAnswer(
        octets(searchAnswer(url).replaceAll("\r", "").toLowerCase().replace("http/1.1", "HTTP/1.1")),
      ),
      {
        target: searchTargets[0].toLowerCase(),
        location: url.toLowerCase(),
      },
    );
  });

  for (const [why, text, field] of [
    ["another's search", searchMessage(searchTargets[0], 2), "SSDP.status"],
    ["a notice", searchAnswer(url).replace("HTTP/1.1 200 OK", "NOTIFY * HTTP/1.1"), "SSDP.status"],
    ["an error", searchAnswer(url).replace("200 OK", "500 Error"), "SSDP.status"],
    ["no place", searchAnswer(""), "SSDP.LOCATION"],
    ["a place that is a file", searchAnswer("file:///etc/passwd"), "SSDP.LOCATION"],
    ["a place that is none", searchAnswer("http://["), "SSDP.LOCATION"],
    ["no kind", searchAnswer(url).replace(/ST: .*/, "ST:"), "SSDP.ST"],
    ["a line that is no header", searchAnswer(url).replace("EXT:", "EXT"), "SSDP.header"],
    ["very much", searchAnswer(url) + " ".repeat(5_000), "SSDP"],
    [
      "a line of blanks with a sign that ends none",
      `HTTP/1.1 200 OK\r\na:${" ".repeat(4_000)}\r\u0001`,
      "SSDP.header",
    ],
    ["nothing", "", "SSDP.status"],
  ] as const) {
    test(`no answer: ${why}`, () => {
      assert.throws(() => readSearchAnswer(octets(text)), { name: "WireError", field });
    });
  }
});

const ipConnection = {
  type: "urn:schemas-upnp-org:service:WANIPConnection:1",
  controlUrl: "http://192.168.1.1:5000/ctl/IPConn?a=1&b=2",
};
const pppConnection = {
  type: "urn:schemas-upnp-org:service:WANPPPConnection:1",
  controlUrl: "http://192.168.1.1:5000/ctl/PPPConn",
};

suite("a router's description", () => {
  for (const [why, text, want] of [
    ["the services of its innermost device", description, [ipConnection, pppConnection]],
    [
      "the base that it names",
      description.replace("<specVersion>", "<URLBase>http://192.168.1.1:49152/x/</URLBase><specVersion>"),
      [
        { ...ipConnection, controlUrl: "http://192.168.1.1:49152/ctl/IPConn?a=1&b=2" },
        { ...pppConnection, controlUrl: "http://192.168.1.1:49152/x/ctl/PPPConn" },
      ],
    ],
    [
      "version 2, under another name space",
      description
        .replaceAll(/<(\/?)(service|serviceType|controlURL)>/g, "<$1d:$2>")
        .replaceAll("WANIPConnection:1", "WANIPConnection:2"),
      [{ ...ipConnection, type: "urn:schemas-upnp-org:service:WANIPConnection:2" }, pppConnection],
    ],
  ] as const) {
    test(`leads to ${why}`, () => assert.deepEqual(readConnectionServices(text, url), want));
  }

  for (const [why, text, field] of [
    ["of a printer", description.replaceAll("Connection:1", "Printer:1"), "XML.serviceType"],
    ["that is a login page", "<html><body>Log in</body></html>", "XML.serviceType"],
    ["that is nothing", "", "XML.serviceType"],
    ["that is cut", description.slice(0, description.indexOf("eventSubURL")), "XML.service"],
    ["that leads elsewhere", description.replace("/ctl/IPConn", "http://192.168.1.2/ctl"), "XML.controlURL"],
    ["that leads to a file", description.replace("/ctl/IPConn", "file:///etc/passwd"), "XML.controlURL"],
    [
      "whose base is elsewhere",
      description.replace("<device>", "<URLBase>http://10.0.0.1/</URLBase><device>"),
      "XML.controlURL",
    ],
    [
      "without a place",
      description.replace(/<controlURL>\/ctl\/IPConn[^<]*/, "<controlURL>"),
      "XML.controlURL",
    ],
    ["that declares entities", `<!DOCTYPE r [<!ENTITY a "aaaa">]>${description}`, "XML.declaration"],
    ["with an entity that nobody declared", description.replace("&amp;b", "&b;"), "XML.controlURL"],
    ["with a bare ampersand", description.replace("&amp;b", "&b"), "XML.controlURL"],
    ["with an element in a value", description.replace("/ctl/IPConn", "<b/>"), "XML.controlURL"],
    ["with an open comment", description.replace("-->", "--"), "XML.comment"],
    ["that is very large", description + " ".repeat(300_000), "XML"],
    ["with very many services", "<service></service>".repeat(300), "XML.service"],
    ["with a very long value", description.replace("/ctl/IPConn", "/x".repeat(1_000)), "XML.controlURL"],
  ] as const) {
    test(`is refused: one ${why}`, () => {
      assert.throws(() => readConnectionServices(text, url), { name: "WireError", field });
    });
  }

  test("is read in time however its tags are nested", () => {
    const started = performance.now();
    assert.throws(() => readConnectionServices("<service ".repeat(29_000), url), WireError);
    assert.throws(() => readConnectionServices(`<service>${"<service>".repeat(29_000)}`, url), WireError);
    assert.ok(performance.now() - started < 1_000);
  });
});

suite("GetExternalIPAddress", () => {
  test("is asked of the service by its type", () => {
    const { headers, body } = externalAddressAction(ipConnection.type);
    assert.equal(headers["soapaction"], `"${ipConnection.type}#GetExternalIPAddress"`);
    assert.match(body, /<u:GetExternalIPAddress xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1">/);
  });

  for (const [why, text, want] of [
    ["an address", addressAnswer("203.0.113.9"), { kind: "address", text: "203.0.113.9" }],
    ["blanks around it", addressAnswer("\r\n 203.0.113.9 "), { kind: "address", text: "203.0.113.9" }],
    [
      "attributes",
      addressAnswer("203.0.113.9").replace("Address>", 'Address dt="string">'),
      { kind: "address", text: "203.0.113.9" },
    ],
    ["no address", addressAnswer(""), { kind: "address", text: "" }],
    [
      "no address in one tag",
      addressAnswer("").replace("<NewExternalIPAddress></NewExternalIPAddress>", "<NewExternalIPAddress/>"),
      { kind: "address", text: "" },
    ],
    ["a fault", fault, { kind: "fault", code: 501, words: "Action Failed" }],
    [
      "a fault without words",
      fault.replace(/<errorDescription>.*?<\/errorDescription>/s, ""),
      { kind: "fault", code: 501, words: "" },
    ],
  ] as const) {
    test(`is answered with ${why}`, () => assert.deepEqual(readExternalAddressResult(text), want));
  }

  for (const [why, text, field] of [
    ["a page", "<html><body>203.0.113.9</body></html>", "XML.NewExternalIPAddress"],
    ["nothing", "", "XML.NewExternalIPAddress"],
    [
      "another action's answer",
      addressAnswer("203.0.113.9").replaceAll("GetExternalIPAddressResponse", "XResponse"),
      "XML.NewExternalIPAddress",
    ],
    ["half an answer", addressAnswer("203.0.113.9").slice(0, -60), "XML.GetExternalIPAddressResponse"],
    ["a fault without a number", fault.replace("501", "many"), "XML.errorCode"],
    ["what declares entities", `<!DOCTYPE x>${addressAnswer("203.0.113.9")}`, "XML.declaration"],
  ] as const) {
    test(`is not answered with ${why}`, () => {
      assert.throws(() => readExternalAddressResult(text), { name: "WireError", field });
    });
  }

  test("whatever comes, it is read or refused as the peer's fault", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(600), fc.string({ maxLength: 3 }), (noise, at, bit) => {
        const answers = [
          noise,
          description.slice(0, at) + bit + description.slice(at + 1),
          fault.slice(at) + noise,
        ];
        for (const text of answers) {
          for (const read of [
            () => readExternalAddressResult(text),
            () => readConnectionServices(text, url),
          ]) {
            try {
              read();
            } catch (error) {
              assert.ok(error instanceof WireError, String(error));
            }
          }
        }
      }),
    );
  });
});
