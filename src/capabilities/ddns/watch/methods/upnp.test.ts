import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { HttpFault, type HttpRequest, type HttpResponse } from "#platform/http-client/http-client.ts";
import { addressAnswer, description, fault, searchAnswer } from "#protocols/upnp/router.cases.ts";
import { upnpWitness } from "./upnp.ts";
import { facts, fakeUdp, portsWith, routeFile, wordsOf } from "./witness-ports.testing.ts";
import type { UdpSearch } from "./witness-ports.ts";

const descriptionUrl = "http://192.168.1.1:5000/rootDesc.xml";
const ipUrl = "http://192.168.1.1:5000/ctl/IPConn?a=1&b=2";
const pppUrl = "http://192.168.1.1:5000/ctl/PPPConn";

type Page = { readonly status?: number; readonly text: string } | Error;

/** A router with these pages, and devices that answer a search. */
function rig({
  pages,
  answers = [[searchAnswer(descriptionUrl), "192.168.1.1"]],
}: {
  pages: Record<string, Page>;
  answers?: readonly (readonly [text: string, from: string])[];
}) {
  const requests: HttpRequest[] = [];
  const searches: UdpSearch[] = [];
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    const page = pages[request.url] ?? new HttpFault(`has no ${request.url}`, false);
    if (page instanceof Error) throw page;
    return { status: 200, headers: {}, ...page };
  };
  const ports = portsWith({
    http,
    readText: routeFile("192.168.1.1"),
    openUdp: fakeUdp({ address: "192.168.1.20", port: 40_000 }).openUdp,
    searchUdp: async (search) => {
      searches.push(search);
      for (const [text, from] of answers) if (search.take(new TextEncoder().encode(text), from)) return;
    },
  });
  const witness = (router?: string) => upnpWitness(facts, { router, ports, alsoPublic: ["203.0.113.0/24"] });
  return { witness, requests, searches, pages };
}

const good = { [descriptionUrl]: { text: description }, [ipUrl]: { text: addressAnswer("203.0.113.9") } };

suite("the router by UPnP", () => {
  test("is found, read and asked; and the next time only asked", async () => {
    const { witness, requests, searches } = rig({ pages: good });
    const one = witness();
    assert.equal(await wordsOf(one), "203.0.113.9");
    assert.equal(await wordsOf(one), "203.0.113.9");
    assert.deepEqual(
      requests.map(({ method, url }) => `${method} ${url}`),
      [`GET ${descriptionUrl}`, `POST ${ipUrl}`, `POST ${ipUrl}`],
    );
    assert.match(requests[1]!.headers!["soapaction"]!, /WANIPConnection:1#GetExternalIPAddress"$/);
    assert.equal(searches.length, 1);
    assert.deepEqual(
      [searches[0]!.to, searches[0]!.from],
      [{ address: "239.255.255.250", port: 1900 }, "192.168.1.20"],
    );
  });

  test("is found again when it does not answer where it was", async () => {
    const { witness, searches, pages } = rig({ pages: { ...good } });
    const one = witness();
    assert.equal(await wordsOf(one), "203.0.113.9");
    pages[ipUrl] = new HttpFault("refused the connection", false);
    assert.equal(await wordsOf(one), "refused the connection");
    pages[ipUrl] = good[ipUrl]!;
    assert.equal(await wordsOf(one), "203.0.113.9");
    assert.equal(searches.length, 2);
  });

  for (const [why, pages, want] of [
    [
      "the second connection's address when the first has none",
      { [ipUrl]: { text: addressAnswer("0.0.0.0") }, [pppUrl]: { text: addressAnswer("203.0.113.9") } },
      "203.0.113.9",
    ],
    [
      "that another router is in front",
      { [ipUrl]: { text: addressAnswer("192.168.0.2") }, [pppUrl]: { text: fault } },
      "says 192.168.0.2, which is private: another router is in front of it",
    ],
    [
      "that it has none",
      { [ipUrl]: { text: addressAnswer("") }, [pppUrl]: { text: addressAnswer("") } },
      "has no address itself",
    ],
    [
      "a fault",
      { [ipUrl]: { status: 500, text: fault }, [pppUrl]: { status: 500, text: fault } },
      "answers with fault 501 (Action Failed)",
    ],
    ["an error", { [ipUrl]: { status: 404, text: "" }, [pppUrl]: { status: 404, text: "" } }, "answers 404"],
    [
      "a page",
      { [ipUrl]: { text: "<html>203.0.113.9</html>" } },
      "XML.NewExternalIPAddress at octet 0: bad-value",
    ],
    [
      "two addresses",
      { [ipUrl]: { text: addressAnswer("203.0.113.9 203.0.113.8") }, [pppUrl]: { text: fault } },
      "says two addresses, 203.0.113.9 and 203.0.113.8",
    ],
    ["no description", { [descriptionUrl]: { status: 404, text: "" } }, "answers 404 when asked what it is"],
    [
      "a description of something else",
      { [descriptionUrl]: { text: "<root/>" } },
      "XML.serviceType at octet 0: bad-value",
    ],
  ] as const) {
    test(`tells ${why}`, async () => {
      assert.equal(await wordsOf(rig({ pages: { ...good, ...pages } }).witness()), want);
    });
  }

  for (const [why, answers, want] of [
    ["nobody", [], "finds no router that speaks UPnP"],
    [
      "a device that speaks for another",
      [[searchAnswer(descriptionUrl), "192.168.1.66"]],
      "finds no router that speaks UPnP",
    ],
    [
      "a printer",
      [[searchAnswer(descriptionUrl).replaceAll("InternetGatewayDevice", "Printer"), "192.168.1.1"]],
      "finds no router that speaks UPnP",
    ],
    ["noise", [["\u0000", "192.168.1.1"]], "finds no router that speaks UPnP"],
    [
      "another router first",
      [
        [searchAnswer("http://192.168.1.66/d.xml"), "192.168.1.66"],
        [searchAnswer(descriptionUrl), "192.168.1.1"],
      ],
      "203.0.113.9",
    ],
    [
      "another router only",
      [[searchAnswer("http://192.168.1.66/d.xml"), "192.168.1.66"]],
      "has no http://192.168.1.66/d.xml",
    ],
  ] as const) {
    test(`a search that ${why} answers`, async () => {
      assert.equal(await wordsOf(rig({ pages: good, answers }).witness()), want);
    });
  }

  test("is asked where the site file says, without a search", async () => {
    const { witness, searches } = rig({ pages: good });
    assert.equal(await wordsOf(witness(descriptionUrl)), "203.0.113.9");
    assert.equal(searches.length, 0);
  });

  test("tells nothing of IPv6", async () => {
    assert.equal(await wordsOf(rig({ pages: {} }).witness(), "ipv6"), "tells IPv4 addresses only");
  });
});
