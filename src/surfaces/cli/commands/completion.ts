import { type Command, ExitCode } from "#contracts/command.ts";
import { completionScripts } from "../completion.ts";
import { printJson } from "../terminal.ts";

const shells = Object.keys(completionScripts) as readonly (keyof typeof completionScripts)[];

export const completionCommand: Command = {
  words: ["completion"],
  summary: "print a script that lets a shell complete commands, options, files and names",
  help: `Print a script that lets a shell complete commands, options, files and names.

  bash: eval "$(homeport completion bash)"        in ~/.bashrc
  zsh:  eval "$(homeport completion zsh)"         in ~/.zshrc, after compinit
  fish: homeport completion fish | source         in ~/.config/fish/config.fish`,
  arguments: [{ name: "shell", summary: shells.join(", "), required: true, complete: shells }],
  async run({ arguments: { shell }, json, terminal }) {
    const known = shells.find((one) => one === shell);
    if (known === undefined) {
      terminal.printError(
        `homeport: there is no completion for ${String(shell)}; write one of ${shells.join(", ")}`,
      );
      return ExitCode.usage;
    }
    if (json) printJson(terminal, { shell: known, script: completionScripts[known] });
    else terminal.print(completionScripts[known]);
    return ExitCode.ok;
  },
};
