/** `homeport key …`. The work of each is loaded when it runs. */
import type { Command } from "#contracts/command.ts";

const nameArgument = { name: "name", summary: "name of the key", required: true } as const;

export const keyCommands: readonly Command[] = [
  {
    words: ["key", "new"],
    summary: "make a key that signs updates, transfers or rndc's commands",
    help: `Writes a file with a new secret, as BIND reads it too, that only you may read, and prints what
to add to site.yaml. A file that is there is never replaced. The other side needs a copy of the file.

  homeport key new transfer.example.net
  homeport key new rndc-key --algorithm hmac-sha512 --out /etc/homeport/rndc.key`,
    arguments: [nameArgument],
    options: [
      {
        name: "algorithm",
        value: "ALGORITHM",
        summary: "HMAC of the key (default: hmac-sha256)",
        choices: ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"],
      },
      {
        name: "out",
        value: "FILE",
        summary: "where to write (default: keys/NAME.key beside site.yaml)",
        complete: "file",
      },
    ],
    run: async (call) => (await import("./key-new.ts")).keyNew(call),
  },
  {
    words: ["key", "list"],
    summary: "list the keys of a site, and where they are used",
    help: "Reads site.yaml and the files of its keys; needs no running program. Secrets are not shown.",
    run: async (call) => (await import("./key-list.ts")).keyList(call),
  },
  {
    words: ["key", "show"],
    summary: "show a key and all places where it is used",
    help: `Reads site.yaml and the file of the key; needs no running program.

  homeport key show rndc-key
  homeport key show rndc-key --secret`,
    arguments: [nameArgument],
    options: [{ name: "secret", summary: "show the secret too, in base64" }],
    run: async (call) => (await import("./key-list.ts")).keyShow(call),
  },
];
