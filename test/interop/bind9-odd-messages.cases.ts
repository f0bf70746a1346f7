/** Messages that no ordinary client sends, as octets, by what is odd about them. */

/** Type and class of the question, and what stands around it. */
interface Shape {
  readonly id?: number;
  /** The second 16 bits of the header. */
  readonly flags?: number;
  /** Counts in the header: questions, answers, authorities, additionals. What is left out is right. */
  readonly counts?: readonly [number, number, number, number];
  /** Hex of the question section. */
  readonly question?: string;
  /** Hex of records, in the sections that `counts` says. */
  readonly records?: string;
  readonly additionals?: readonly string[];
}

const hex16 = (value: number): string => value.toString(16).padStart(4, "0");
const name = (text: string): string =>
  text === "."
    ? "00"
    : `${text
        .split(".")
        .map((label) => label.length.toString(16).padStart(2, "0") + Buffer.from(label).toString("hex"))
        .join("")}00`;

const question = (qname = "www.rich.example", qtype = 1, qclass = 1): string =>
  name(qname) + hex16(qtype) + hex16(qclass);

function message({ id = 0x1234, flags = 0x0100, additionals = [], records = "", ...shape }: Shape): string {
  const asked = shape.question ?? question();
  const counts = shape.counts ?? [asked === "" ? 0 : 1, 0, 0, additionals.length];
  return [hex16(id), hex16(flags), ...counts.map(hex16), asked, records, ...additionals].join("");
}

interface OptShape {
  readonly owner?: string;
  readonly size?: number;
  readonly version?: number;
  readonly flags?: number;
  readonly extendedRcode?: number;
  /** Hex of the options. */
  readonly options?: string;
}

function opt({
  owner = "00",
  size = 1232,
  version = 0,
  flags = 0,
  extendedRcode = 0,
  options = "",
}: OptShape = {}) {
  const ttl =
    extendedRcode.toString(16).padStart(2, "0") + version.toString(16).padStart(2, "0") + hex16(flags);
  return `${owner}0029${hex16(size)}${ttl}${hex16(options.length / 2)}${options}`;
}

const option = (code: number, data = ""): string => hex16(code) + hex16(data.length / 2) + data;
const record = (owner: string, type: number, rrClass: number, rdata: string): string =>
  `${owner}${hex16(type)}${hex16(rrClass)}00000e10${hex16(rdata.length / 2)}${rdata}`;
const withOptions = (options: string, shape: OptShape = {}): string =>
  message({ additionals: [opt({ options, ...shape })] });

/** HMAC-SHA256 (RFC 8945 §6), signed now, with a MAC that nobody made. */
const tsig = (algorithm = "hmac-sha256", mac = "00".repeat(32)): string => {
  const seconds = Math.floor(Date.now() / 1000)
    .toString(16)
    .padStart(12, "0");
  const rdata = `${name(algorithm)}${seconds}012c${hex16(mac.length / 2)}${mac}123400000000`;
  return `${name("no-such-key")}00fa00ff00000000${hex16(rdata.length / 2)}${rdata}`;
};

const soa = record(name("rich.example"), 6, 1, `${name("a")}${name("b")}${"00000001".repeat(5)}`);
const longLabel = "61".repeat(63);
const name255 = `${`3f${longLabel}`.repeat(3)}3d${"61".repeat(61)}00`;
const name256 = `${`3f${longLabel}`.repeat(3)}3e${"61".repeat(62)}00`;
const cookie = "0102030405060708";

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

export const oddMessages: readonly (readonly [why: string, hex: string])[] = [
  // --- short and cut
  ...range(0, 11).map(
    (octets) => [`a message of ${octets} octets`, message({}).slice(0, octets * 2)] as const,
  ),
  ...range(12, 33).map(
    (octets) => [`a query cut after ${octets} octets`, message({}).slice(0, octets * 2)] as const,
  ),
  ...range(34, 56).map(
    (octets) =>
      [
        `a query with EDNS cut after ${octets} octets`,
        withOptions(option(10, cookie)).slice(0, octets * 2),
      ] as const,
  ),
  // --- header
  ...[0x8000, 0x0400, 0x0200, 0x0100, 0x0080, 0x0040, 0x0020, 0x0010].map(
    (flag) => [`the flag ${hex16(flag)} alone`, message({ flags: flag })] as const,
  ),
  ["AD with DO", message({ flags: 0x0120, additionals: [opt({ flags: 0x8000 })] })],
  ["CD with DO", message({ flags: 0x0110, additionals: [opt({ flags: 0x8000 })] })],
  ["every flag but QR", message({ flags: 0x07f0 })],
  ["Z with EDNS", message({ flags: 0x0140, additionals: [opt()] })],
  ...range(1, 15).map(
    (rcode) => [`response code ${rcode} in a query`, message({ flags: 0x0100 | rcode })] as const,
  ),
  ...range(0, 15).flatMap((opcode) => [
    [`opcode ${opcode} with a question`, message({ flags: opcode << 11 })] as const,
    [`opcode ${opcode} with EDNS`, message({ flags: opcode << 11, additionals: [opt()] })] as const,
    [`opcode ${opcode} and nothing else`, message({ flags: opcode << 11, question: "" })] as const,
    [`opcode ${opcode} as a response`, message({ flags: 0x8000 | (opcode << 11) })] as const,
    [
      `opcode ${opcode} for a name not served`,
      message({ flags: opcode << 11, question: question("nowhere.test") }),
    ] as const,
    [
      `opcode ${opcode} in class CH`,
      message({ flags: opcode << 11, question: question("rich.example", 6, 3) }),
    ] as const,
  ]),
  ["a NOTIFY for a zone", message({ flags: 0x2400, question: question("rich.example", 6) })],
  [
    "a NOTIFY with an SOA",
    message({ flags: 0x2400, question: question("rich.example", 6), counts: [1, 1, 0, 0], records: soa }),
  ],
  ["a NOTIFY for an A record", message({ flags: 0x2400, question: question("rich.example", 1) })],
  ["an UPDATE of nothing", message({ flags: 0x2800, question: question("rich.example", 6) })],
  [
    "an UPDATE with a record",
    message({
      flags: 0x2800,
      question: question("rich.example", 6),
      counts: [1, 0, 1, 0],
      records: record(name("new.rich.example"), 1, 1, "c0000201"),
    }),
  ],
  ["an UPDATE of a zone not served", message({ flags: 0x2800, question: question("nowhere.test", 6) })],
  [
    "an UPDATE of a name that is no zone",
    message({ flags: 0x2800, question: question("www.rich.example", 6) }),
  ],
  [
    "an UPDATE whose zone section asks for A",
    message({ flags: 0x2800, question: question("rich.example", 1) }),
  ],
  [
    "an UPDATE with EDNS",
    message({ flags: 0x2800, question: question("rich.example", 6), additionals: [opt()] }),
  ],
  // --- counts
  ["no question", message({ question: "" })],
  ["no question, with EDNS", message({ question: "", additionals: [opt()] })],
  [
    "no question, with a cookie",
    message({ question: "", additionals: [opt({ options: option(10, cookie) })] }),
  ],
  [
    "no question and no RD, with a cookie",
    message({ flags: 0, question: "", additionals: [opt({ options: option(10, cookie) })] }),
  ],
  ["two questions", message({ question: question() + question("mail.rich.example"), counts: [2, 0, 0, 0] })],
  ["the same question twice", message({ question: question() + question(), counts: [2, 0, 0, 0] })],
  [
    "two questions of a name",
    message({ question: question() + question("www.rich.example", 28), counts: [2, 0, 0, 0] }),
  ],
  ["three questions", message({ question: question().repeat(3), counts: [3, 0, 0, 0] })],
  ["two questions announced, one there", message({ counts: [2, 0, 0, 0] })],
  ["65535 questions announced, one there", message({ counts: [65535, 0, 0, 0] })],
  ["no question announced, one there", message({ counts: [0, 0, 0, 0] })],
  ["an answer announced, none there", message({ counts: [1, 1, 0, 0] })],
  ["an authority announced, none there", message({ counts: [1, 0, 1, 0] })],
  ["an additional announced, none there", message({ counts: [1, 0, 0, 1] })],
  ["an answer in a query", message({ counts: [1, 1, 0, 0], records: soa })],
  ["an authority in a query", message({ counts: [1, 0, 1, 0], records: soa })],
  ["an additional in a query", message({ counts: [1, 0, 0, 1], records: soa })],
  [
    "an answer in another class",
    message({ counts: [1, 1, 0, 0], records: record(name("a"), 1, 3, "c0000201") }),
  ],
  [
    "an A record of 3 octets in a query",
    message({ counts: [1, 1, 0, 0], records: record(name("a"), 1, 1, "c00002") }),
  ],
  ["one octet behind the question", `${message({})}00`],
  ["many octets behind the question", `${message({})}${"ab".repeat(100)}`],
  ["octets behind OPT", `${withOptions("")}0000`],
  // --- names
  ["a question name that points to itself", message({ question: "c00c00010001" })],
  ["a question name that points forward", message({ question: "c00e00010001" })],
  ["a question name that points into the header", message({ question: "c00000010001" })],
  ["a question name that ends in a pointer to the header", message({ question: "03777777c00400010001" })],
  ["a question name that ends in a pointer to itself", message({ question: "03777777c00c00010001" })],
  ["a question name of 255 octets", message({ question: `${name255}00010001` })],
  ["a question name of 256 octets", message({ question: `${name256}00010001` })],
  ["a label of the type 64", message({ question: "40777700010001" })],
  ["a label of the type 65", message({ question: `41${"02".repeat(20)}0000010001` })],
  ["a label of the type 128", message({ question: "80777700010001" })],
  ["a name of 127 labels", message({ question: `${"0161".repeat(127)}0000010001` })],
  ["the root", message({ question: question(".", 2) })],
  ["upper case", message({ question: question("WwW.RiCh.ExAmPlE") })],
  [
    "a name with every octet below 64",
    message({
      question: `3f${range(0, 62)
        .map((o) => o.toString(16).padStart(2, "0"))
        .join("")}0000010001`,
    }),
  ],
  // --- classes and types
  ...[0, 2, 3, 4, 5, 254, 255, 256, 65535].flatMap((qclass) => [
    [`class ${qclass}`, message({ question: question("www.rich.example", 1, qclass) })] as const,
    [
      `class ${qclass} with EDNS`,
      message({ question: question("www.rich.example", 1, qclass), additionals: [opt()] }),
    ] as const,
    [
      `class ${qclass} for a name not served`,
      message({ question: question("nowhere.test", 1, qclass) }),
    ] as const,
    [`ANY in class ${qclass}`, message({ question: question("rich.example", 255, qclass) })] as const,
  ]),
  ...[
    "version.bind",
    "hostname.bind",
    "id.server",
    "version.server",
    "authors.bind",
    "VERSION.BIND",
    "nothing.bind",
    "bind",
    "server",
    "a.version.bind",
    ".",
  ].flatMap((qname) => [
    [`${qname} TXT in class CH`, message({ question: question(qname, 16, 3) })] as const,
    [`${qname} ANY in class CH`, message({ question: question(qname, 255, 3) })] as const,
    [`${qname} A in class CH`, message({ question: question(qname, 1, 3) })] as const,
    [`${qname} SOA in class CH`, message({ question: question(qname, 6, 3) })] as const,
    [`${qname} NS in class CH without RD`, message({ flags: 0, question: question(qname, 2, 3) })] as const,
  ]),
  ...[0, 41, ...range(128, 140), 199, ...range(245, 255), 256, 32768, 65280, 65535].flatMap((qtype) => [
    [`type ${qtype}`, message({ question: question("rich.example", qtype) })] as const,
    [
      `type ${qtype} below a cut`,
      message({ flags: 0, question: question("www.glued.rich.example", qtype) }),
    ] as const,
    [`type ${qtype} for a name not served`, message({ question: question("nowhere.test", qtype) })] as const,
    [
      `type ${qtype} with EDNS`,
      message({ question: question("rich.example", qtype), additionals: [opt()] }),
    ] as const,
  ]),
  ["AXFR of a zone", message({ question: question("rich.example", 252) })],
  ["AXFR below a zone", message({ question: question("www.rich.example", 252) })],
  [
    "IXFR with an SOA",
    message({ question: question("rich.example", 251), counts: [1, 0, 1, 0], records: soa }),
  ],
  ["IXFR without an SOA", message({ question: question("rich.example", 251) })],
  [
    "IXFR of a zone not served",
    message({ question: question("nowhere.test", 251), counts: [1, 0, 1, 0], records: soa }),
  ],
  // --- EDNS
  ...[0, 1, 100, 511, 512, 513, 1231, 1232, 1233, 4096, 65535].flatMap((size) => [
    [`EDNS with ${size} octets`, message({ additionals: [opt({ size })] })] as const,
    [
      `EDNS with ${size} octets and a large answer`,
      message({ question: question("a80.big.example"), additionals: [opt({ size })] }),
    ] as const,
  ]),
  ...[1, 2, 255].map(
    (version) => [`EDNS version ${version}`, message({ additionals: [opt({ version })] })] as const,
  ),
  [
    "EDNS version 1 with options",
    message({ additionals: [opt({ version: 1, options: option(3) + option(10, cookie) })] }),
  ],
  [
    "EDNS version 1 in an UPDATE",
    message({ flags: 0x2800, question: question("rich.example", 6), additionals: [opt({ version: 1 })] }),
  ],
  ["EDNS version 1 with an unknown opcode", message({ flags: 0x7000, additionals: [opt({ version: 1 })] })],
  ["EDNS version 1 without a question", message({ question: "", additionals: [opt({ version: 1 })] })],
  ["EDNS with DO", message({ additionals: [opt({ flags: 0x8000 })] })],
  ...range(0, 14).map(
    (bit) =>
      [`the EDNS flag ${hex16(1 << bit)}`, message({ additionals: [opt({ flags: 1 << bit })] })] as const,
  ),
  ["EDNS with an extended response code", message({ additionals: [opt({ extendedRcode: 1 })] })],
  ["two OPTs", message({ additionals: [opt(), opt()] })],
  ["an OPT owned by a name", message({ additionals: [opt({ owner: name("a") })] })],
  ["an OPT owned by a pointer to a name", message({ additionals: [opt({ owner: "c00c" })] })],
  ["an OPT in the answer section", message({ counts: [1, 1, 0, 0], records: opt() })],
  ["an OPT in the authority section", message({ counts: [1, 0, 1, 0], records: opt() })],
  ["an OPT in front of another record", message({ additionals: [opt(), soa] })],
  ["an OPT behind another record", message({ additionals: [soa, opt()] })],
  ["an option that is cut", withOptions("000a00080102")],
  ["an option without a length", withOptions("000a")],
  ["an option code that is cut", withOptions("00")],
  ...[0, 1, 2, 4, 7, 9, 13, 14, 15, 16, 17, 18, 19, 20, 100, 26946, 65001, 65535].map(
    (code) => [`the empty option ${code}`, withOptions(option(code))] as const,
  ),
  ["an unknown option with data", withOptions(option(65001, "00010203"))],
  ["an unknown option twice", withOptions(option(65001, "00") + option(65001, "01"))],
  [
    "50 options",
    withOptions(
      range(1, 50)
        .map((i) => option(65000 + i, "00"))
        .join(""),
    ),
  ],
  ...[0, 1, 7, 8, 9, 15, 16, 17, 24, 32, 39, 40, 41, 64].map(
    (octets) => [`a cookie of ${octets} octets`, withOptions(option(10, "01".repeat(octets)))] as const,
  ),
  ["two cookies", withOptions(option(10, cookie) + option(10, "ff".repeat(8)))],
  ["a good cookie and a bad one", withOptions(option(10, cookie) + option(10, "ff"))],
  ["NSID", withOptions(option(3))],
  ["NSID with data", withOptions(option(3, "00"))],
  ["keepalive", withOptions(option(11))],
  ["keepalive with a time", withOptions(option(11, "0064"))],
  ["keepalive of one octet", withOptions(option(11, "00"))],
  ["padding", withOptions(option(12, "00".repeat(20)))],
  ["padding that is not zero", withOptions(option(12, "ff".repeat(20)))],
  ["EXPIRE", withOptions(option(9))],
  [
    "EXPIRE for an SOA",
    message({ question: question("rich.example", 6), additionals: [opt({ options: option(9) })] }),
  ],
  ["a client subnet", withOptions(option(8, "00011800c00002"))],
  ["a client subnet with a scope", withOptions(option(8, "00011818c00002"))],
  ["a client subnet of no octets", withOptions(option(8))],
  ["a client subnet of an unknown family", withOptions(option(8, "00031800c00002"))],
  ["a client subnet of family 0", withOptions(option(8, "00000000"))],
  ["a client subnet of 33 bits", withOptions(option(8, "00012100c000020101"))],
  ["a client subnet with bits behind the prefix", withOptions(option(8, "00011700c00003"))],
  ["a client subnet of IPv6", withOptions(option(8, "0002380020010db8000000"))],
  ["a client subnet that is cut", withOptions(option(8, "00011800c000"))],
  ["a client subnet with an octet too many", withOptions(option(8, "00011800c0000200"))],
  ["a key tag option", withOptions(option(14, "0001"))],
  ["an odd key tag option", withOptions(option(14, "000100"))],
  ["an extended error in a query", withOptions(option(15, "0000"))],
  // --- TSIG and SIG(0)
  ["a TSIG of an unknown key", message({ additionals: [tsig()] })],
  ["a TSIG of an unknown key and EDNS", message({ additionals: [opt(), tsig()] })],
  ["a TSIG in front of OPT", message({ additionals: [tsig(), opt()] })],
  ["two TSIGs", message({ additionals: [tsig(), tsig()] })],
  ["a TSIG in the answer section", message({ counts: [1, 1, 0, 0], records: tsig() })],
  ["a TSIG of an unknown algorithm", message({ additionals: [tsig("hmac-none")] })],
  ["a TSIG with an empty MAC", message({ additionals: [tsig("hmac-sha256", "")] })],
  ["a TSIG in class IN", message({ additionals: [tsig().replace("00fa00ff", "00fa0001")] })],
  [
    "a TSIG on an UPDATE",
    message({ flags: 0x2800, question: question("rich.example", 6), additionals: [tsig()] }),
  ],
  ["a TSIG on an AXFR", message({ question: question("rich.example", 252), additionals: [tsig()] })],
  ["a TSIG for a name not served", message({ question: question("nowhere.test"), additionals: [tsig()] })],
  ["a TSIG whose RDATA is cut", message({ additionals: [`${name("k")}00fa00ff00000000000400000000`] })],
  [
    "a SIG(0) of an unknown key",
    message({ additionals: [record("00", 24, 255, `000008000000000000000000000000000001${name("k")}00`)] }),
  ],
  [
    "a TKEY record",
    message({ additionals: [record(name("k"), 249, 255, `${name("a")}${"00".repeat(16)}`)] }),
  ],
];
