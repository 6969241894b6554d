// Reads a report as TAP, strictly. usage: node tap.mjs FILE CASES FAILED
import fs from "node:fs";
import { Parser } from "tap-parser";

const [file, cases, failed] = process.argv.slice(2);
const parser = new Parser({ strict: true }, results => {
  const bad = results.failures.filter(one => one.tapError);
  if (results.count !== +cases || results.fail !== +failed || bad.length > 0) {
    console.log({ count: results.count, fail: results.fail, bad });
    process.exit(1);
  }
});
parser.end(fs.readFileSync(file, "utf8"));
