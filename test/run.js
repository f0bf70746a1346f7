// `npm test`: installs what is missing, then test/run.ts under Node 26. Installing peers needs no packages
// for development.
import { launch } from "../bin/bootstrap.js";

const args = process.argv.slice(2);
await launch({ file: "test/run.ts", args, withDevelopment: !args.includes("--install-peers") });
