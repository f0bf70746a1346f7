#!/usr/bin/env node
// The command `homeport`. With `--run FILE args…` it runs another TypeScript file of this folder the same
// way.
import { launch } from "./bootstrap.js";

const args = process.argv.slice(2);
if (args[0] === "--run" && args[1] !== undefined) {
  await launch({ file: args[1], args: args.slice(2), withDevelopment: true });
} else {
  await launch({ file: "src/main.ts", args, withDevelopment: false });
}
