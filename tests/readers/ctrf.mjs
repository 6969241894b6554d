// Holds a report against the schema that CTRF publishes. usage: node ctrf.mjs FILE
import fs from "node:fs";
import Ajv from "ajv/dist/2020.js";

const schemas = fs.readdirSync("node_modules/ctrf/dist").filter(name => /schema.*[.]json$/.test(name));
const schema = JSON.parse(fs.readFileSync(`node_modules/ctrf/dist/${schemas[0]}`, "utf8"));
delete schema.$schema;
const ajv = new Ajv({ strict: false, validateFormats: false });
const validate = ajv.compile(schema);
if (!validate(JSON.parse(fs.readFileSync(process.argv[2], "utf8")))) {
  console.log(validate.errors);
  process.exit(1);
}
