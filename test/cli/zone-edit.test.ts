/** `homeport zone edit`: a shell script in the place of an editor. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ExitCode, NotRunning } from "#contracts/command.ts";
import { zoneText } from "../../src/capabilities/dns/edit/zone-editing.testing.ts";
import { EditedZone, type Ran } from "./zone-edit-call.ts";

const text = zoneText(7, "www A 192.0.2.7");
const addMail = 'echo "mail A 192.0.2.9" >> "$1"';

/** The file that the user's text was kept in, which goes with the test. */
function keptFile({ error }: Ran): string {
  const file = /^your text is in (.*)$/m.exec(error)?.[1];
  assert.ok(file !== undefined && existsSync(file), error);
  return file;
}

function keptText(ran: Ran): string {
  const file = keptFile(ran);
  const kept = readFileSync(file, "utf8");
  rmSync(dirname(file), { recursive: true });
  return kept;
}

function runs({ folder }: EditedZone): number {
  return readFileSync(join(folder, "runs"), "utf8").trim().split("\n").length;
}

test("an edit is shown, asked about and applied, and leaves no file", async (t) => {
  const zone = new EditedZone(t, text);
  const editor = zone.editor(`${addMail}; stat -c "%a %n" "$1" "$(dirname "$1")" > "${zone.folder}/modes"`);
  const ran = await zone.edit(editor, { types: ["y"] });
  assert.deepEqual(ran, {
    code: ExitCode.ok,
    out: "+mail.example. 60 IN A 192.0.2.9\nexample is at serial 8\n",
    error: "",
    questions: ["0 records removed, 1 record added. Apply it: [y]es, [e]dit again, [n]o?"],
  });
  const [file, folder] = readFileSync(join(zone.folder, "modes"), "utf8").trim().split("\n");
  assert.match(file!, /^600 .*\/example\.zone$/);
  assert.match(folder!, /^700 /);
  assert.equal(existsSync(file!.slice(4)), false);
  assert.equal(zone.rig.zone.image.serial(), 8);
});

test("words of the editor are its own, and the file's name is not read by the shell", async (t) => {
  const zone = new EditedZone(t, text);
  const editor = zone.editor(`[ "$1" = --wait ]; shift; ${addMail}`);
  const ran = await zone.edit(`${editor} --wait`, { options: { yes: true } });
  assert.deepEqual([ran.code, ran.questions], [ExitCode.ok, []]);
});

for (const [why, script] of [
  ["the editor left it", ":"],
  ["the file was emptied", ': > "$1"'],
  ["only the remarks were taken out", `sed -i '/^;!/d' "$1"`],
] as const) {
  test(`no change: ${why}`, async (t) => {
    const zone = new EditedZone(t, text);
    const ran = await zone.edit(zone.editor(script), { types: [] });
    assert.deepEqual(
      [ran.code, ran.out, ran.error],
      [ExitCode.ok, "no change: example stays as it is\n", ""],
    );
    assert.deepEqual(zone.requests, ["GET text"]);
  });
}

test("other words for the same records are no change", async (t) => {
  const zone = new EditedZone(t, text);
  const ran = await zone.edit(zone.editor('echo "; a remark" >> "$1"'), { types: [] });
  assert.deepEqual([ran.code, ran.out], [ExitCode.ok, "no change: example has these records already\n"]);
});

test("a serial number that was raised is a change", async (t) => {
  const zone = new EditedZone(t, text);
  const ran = await zone.edit(zone.editor(`sed -i 's/\\b7 *;/2026112401 ;/' "$1"`), { types: ["y"] });
  assert.match(ran.out, /^\+example\. 60 IN SOA .* 2026112401 3600/m);
  assert.equal(zone.rig.zone.image.serial(), 2026112401);
});

test("mistakes go back into the editor, above the text and with the lines that it has there", async (t) => {
  const zone = new EditedZone(t, text);
  const editor = zone.editor(`
    if [ ! -e "${zone.folder}/broken" ]; then
      echo "mail A 192.0.2.300" >> "$1"; touch "${zone.folder}/broken"
    else
      cp "$1" "${zone.folder}/second"; sed -i s/192.0.2.300/192.0.2.30/ "$1"
    fi`);
  const ran = await zone.edit(editor, { types: ["e", "y"] });
  assert.equal(ran.code, ExitCode.ok);
  assert.match(ran.error, /^example:\d+:8: "192\.0\.2\.300" is not an IPv4 address; write four numbers/);
  const second = readFileSync(join(zone.folder, "second"), "utf8").split("\n");
  const said = second
    .map((line) => /^;! line (\d+):8: "192\.0\.2\.300" is not/.exec(line)?.[1])
    .find(Boolean);
  assert.equal(second[Number(said) - 1], "mail A 192.0.2.300");
  assert.equal(second.filter((line) => line.startsWith(";!")).length, 5);
  assert.match(ran.out, /\+mail\.example\. 60 IN A 192\.0\.2\.30\n/);
});

test("a text with mistakes that is given up is kept", async (t) => {
  const zone = new EditedZone(t, text);
  const ran = await zone.edit(zone.editor('echo "mail A x" >> "$1"'), { types: ["n"] });
  assert.equal(ran.code, ExitCode.problems);
  assert.equal(statSync(keptFile(ran)).mode & 0o777, 0o600);
  assert.match(keptText(ran), /^;! This was not applied[\s\S]*mail A x\n$/);
});

test("with --yes a text with mistakes is kept and nobody is asked", async (t) => {
  const zone = new EditedZone(t, text);
  const ran = await zone.edit(zone.editor('echo "mail A x" >> "$1"'), { options: { yes: true }, types: [] });
  assert.deepEqual([ran.code, runs(zone)], [ExitCode.problems, 1]);
  keptText(ran);
});

test("an edit that is not wanted after all is kept and changes nothing", async (t) => {
  for (const answer of ["n", undefined]) {
    const zone = new EditedZone(t, text);
    const ran = await zone.edit(zone.editor(addMail), { types: [answer] });
    assert.equal(ran.code, ExitCode.ok);
    assert.match(ran.out, /nothing was changed\n$/);
    assert.match(keptText(ran), /mail A 192\.0\.2\.9/);
    assert.equal(zone.rig.zone.image.serial(), 7);
  }
});

test("edit again, and answers that are none are asked again", async (t) => {
  const zone = new EditedZone(t, text);
  const ran = await zone.edit(zone.editor(addMail.replace("mail", `mail$(wc -l < "${zone.folder}/runs")`)), {
    types: ["what", "", "e", "y"],
  });
  assert.equal(ran.code, ExitCode.ok);
  assert.deepEqual(
    ran.out.split("\n").filter((line) => line.includes("mail")),
    [
      "+mail1.example. 60 IN A 192.0.2.9",
      "+mail1.example. 60 IN A 192.0.2.9",
      "+mail2.example. 60 IN A 192.0.2.9",
    ],
  );
});

test("a zone that changed meanwhile is told of and merged, and the outcome shown first", async (t) => {
  const zone = new EditedZone(t, text);
  const whileAsked = { 0: () => zone.addHost("host", 4) };
  const ran = await zone.edit(zone.editor(addMail), { types: ["y", "m", "y"], whileAsked });
  assert.equal(ran.code, ExitCode.ok);
  assert.match(
    ran.error,
    /^example has changed since serial 7 and is at 8 now; merge, or start again:\n {2}serial 8/,
  );
  assert.match(ran.questions[1]!, /^\[m\]erge with what you have, \[e\]dit again and merge, \[n\]o\?$/);
  assert.deepEqual(
    ran.out.split("\n").filter((line) => line.startsWith("+")),
    ["+mail.example. 60 IN A 192.0.2.9", "+mail.example. 60 IN A 192.0.2.9"],
  );
  assert.equal(zone.rig.zone.image.serial(), 9);
  assert.equal(
    (await zone.run("zone export", { arguments: { zone: "example" } })).out.match(/^(host|mail) /gm)?.length,
    2,
  );
});

test("a merge with a conflict says so, and ends with 3 when a part was left out", async (t) => {
  const zone = new EditedZone(t, text);
  const alias = zone.editor('sed -i "s/^www .*/www CNAME ns/" "$1"');
  const whileAsked = { 0: () => zone.addHost("www", 4) };
  const ran = await zone.edit(alias, { types: ["y", "m"], whileAsked });
  assert.equal(ran.code, ExitCode.problems);
  assert.match(ran.error, /\nconflict: www\.example\. would be a CNAME and have A records/);
});

for (const [why, given, code] of [
  ["given up", { types: ["y", "n"] }, ExitCode.failed],
  ["not asked about with --yes", { options: { yes: true } }, ExitCode.failed],
] as const) {
  test(`a zone that changed meanwhile, ${why}: the text is kept`, async (t) => {
    const zone = new EditedZone(t, text);
    const addHost = () => zone.addHost("host", 4);
    if (!("types" in given)) zone.rig.meanwhile = addHost;
    const ran = await zone.edit(zone.editor(addMail), { ...given, whileAsked: { 0: addHost } });
    assert.equal(ran.code, code);
    assert.match(ran.error, /has changed since serial 7/);
    assert.match(keptText(ran), /mail A/);
    assert.equal(zone.rig.zone.image.serial(), 8);
  });
}

test("a text is kept when the program has ended meanwhile", async (t) => {
  const zone = new EditedZone(t, text);
  const gone = () => new NotRunning("nothing runs there");
  const ran = await zone.edit(zone.editor(addMail), {
    types: ["y"],
    whileAsked: {
      0: () => {
        zone.fault = gone;
      },
    },
  });
  assert.equal(ran.code, "nothing runs there");
  assert.match(keptText(ran), /mail A/);
});

test("an editor that fails is named; a text that it left as it was is not kept", async (t) => {
  const zone = new EditedZone(t, text);
  const editor = zone.editor("exit 3");
  const ran = await zone.edit(editor, { types: [] });
  assert.equal(ran.code, `the editor "${editor}" ended with 3; set EDITOR to another`);
  assert.equal(ran.error, "");
  const late = await zone.edit(zone.editor(`${addMail}; exit 3`), { types: [] });
  assert.match(keptText(late), /mail A/);
});

test("without anybody to ask, and without --yes, nothing is begun", async (t) => {
  const zone = new EditedZone(t, text);
  const ran = await zone.edit(zone.editor(addMail));
  assert.deepEqual([ran.code, zone.requests], [ExitCode.usage, []]);
  assert.match(ran.error, /add --yes to apply what the editor leaves/);
});

test("--json is one document", async (t) => {
  const zone = new EditedZone(t, text);
  const ran = await zone.edit(zone.editor(addMail), { json: true, options: { yes: true } });
  const { serial, diff } = JSON.parse(ran.out) as { serial: number; diff: string[] };
  assert.deepEqual([serial, diff], [8, ["+mail.example. 60 IN A 192.0.2.9"]]);
});
