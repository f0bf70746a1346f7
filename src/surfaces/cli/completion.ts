/** What a shell may offer at a place in a command line, out of the list of commands. */
import type { Command, CommandOption, Completion, Listing } from "#contracts/command.ts";
import { globalOptions } from "./command-line.ts";

/** `zone` and `lease`: those of `zone list` and `lease list`. */
export type NamesOf = (kind: string | Listing) => Promise<readonly string[]>;

export interface Candidates {
  readonly words: readonly { readonly word: string; readonly summary?: string }[];
  /** The shell knows these itself. */
  readonly paths?: "file" | "folder";
}

/** `words` are those after `homeport`; the last is being written and may be empty. */
export async function candidatesFor(
  words: readonly string[],
  commands: readonly Command[],
  namesOf: NamesOf,
): Promise<Candidates> {
  const written = words.at(-1) ?? "";
  const place = placeOf(words.slice(0, -1), commands);
  if (place.option !== undefined) {
    return await offer(place.option.choices ?? place.option.complete ?? "file", written, namesOf);
  }
  if (written.startsWith("-")) {
    const options = [...(place.command?.options ?? []), ...globalOptions];
    const listed = options.map(({ name, summary }) => ({ word: `--${name}`, summary }));
    return {
      words: [...listed, { word: "--help", summary: "show the help" }].filter(({ word }) =>
        word.startsWith(written),
      ),
    };
  }
  if (place.command === undefined) return { words: nextWords(place.words, written, commands) };
  const known = place.command.arguments ?? [];
  const argument = known[place.argumentsSeen] ?? (known.at(-1)?.variadic === true ? known.at(-1) : undefined);
  return argument?.complete === undefined ? { words: [] } : await offer(argument.complete, written, namesOf);
}

interface Place {
  readonly words: readonly string[];
  readonly command: Command | undefined;
  readonly argumentsSeen: number;
  /** The value of this option comes next. */
  readonly option: CommandOption | undefined;
}

function placeOf(before: readonly string[], commands: readonly Command[]): Place {
  const words: string[] = [];
  let command: Command | undefined;
  let argumentsSeen = 0;
  let option: CommandOption | undefined;
  for (const word of before) {
    if (option !== undefined) {
      option = undefined;
    } else if (word.startsWith("-")) {
      const known = [...(command?.options ?? []), ...globalOptions];
      option = known.find(
        ({ name, short, value }) => value !== undefined && (word === `--${name}` || word === `-${short}`),
      );
    } else if (command === undefined) {
      words.push(word);
      command = commands.find((one) => one.words.join(" ") === words.join(" "));
    } else {
      argumentsSeen++;
    }
  }
  return { words, command, argumentsSeen, option };
}

function nextWords(before: readonly string[], written: string, commands: readonly Command[]) {
  const found = new Map<string, string>();
  for (const { words, summary } of commands) {
    const word = words[before.length];
    if (word === undefined || !word.startsWith(written) || before.some((one, index) => words[index] !== one))
      continue;
    const isWhole = words.length === before.length + 1;
    found.set(word, isWhole ? summary : (found.get(word) ?? `${word} …`));
  }
  return [...found].map(([word, summary]) => ({ word, summary }));
}

async function offer(kind: Completion, written: string, namesOf: NamesOf): Promise<Candidates> {
  if (kind === "file" || kind === "folder") return { words: [], paths: kind };
  const words = isFixed(kind) ? kind : await namesOf(kind);
  return { words: words.filter((word) => word.startsWith(written)).map((word) => ({ word })) };
}

function isFixed(kind: Completion): kind is readonly string[] {
  return Array.isArray(kind);
}

/** One candidate a line, "word<tab>summary"; a last line ":file" or ":folder" asks the shell for paths. */
export function formatCandidates({ words, paths }: Candidates): string {
  const lines = words.map(({ word, summary }) => (summary === undefined ? word : `${word}\t${summary}`));
  return [...lines, ...(paths === undefined ? [] : [`:${paths}`])].join("\n");
}

/** Scripts for the shells: each only asks `homeport complete -- WORDS`. */
export const completionScripts = {
  bash: `# bash completion of homeport; eval "$(homeport completion bash)"
_homeport() {
  local line paths="" current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) paths=\${line#:} ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $paths in
    file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
  esac
}
complete -F _homeport homeport
`,
  zsh: `#compdef homeport
# zsh completion of homeport; eval "$(homeport completion zsh)"
_homeport() {
  local line paths=""
  local -a offered
  while IFS= read -r line; do
    case $line in
      :*) paths=\${line#:} ;;
      *) offered+=("\${\${line//:/\\\\:}/$'\\t'/:}") ;;
    esac
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  case $paths in
    file) _files ;;
    folder) _files -/ ;;
    *) _describe homeport offered ;;
  esac
}
compdef _homeport homeport
`,
  fish: `# fish completion of homeport; homeport completion fish | source
function __homeport_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
    switch $line
      case ':file'
        __fish_complete_path "$current"
      case ':folder'
        __fish_complete_directories "$current"
      case '*'
        echo $line
    end
  end
end
complete -c homeport -f -a '(__homeport_complete)'
`,
} as const;
