// Cuts the part about calls out of the vendor's OpenAPI document, and makes it stricter than the vendor ships it.
// Usage: node cut.mjs FOLDER >calls.json, where FOLDER/node_modules has @twilio/cli-core.
import { readFileSync } from "node:fs";

const DOCUMENT = "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json";
const CALLS = "/2010-04-01/Accounts/{AccountSid}/Calls";
const PATHS = [`${CALLS}.json`, `${CALLS}/{Sid}.json`, `${CALLS}/{CallSid}/Events.json`];

const whole = JSON.parse(readFileSync(`${process.argv[2]}/${DOCUMENT}`));
const schemas = {};

// Copies what is referred to, and forbids what is not described: a word of our own must not pass for the vendor's.
function keep(value) {
  if (Array.isArray(value)) {
    return value.map(keep);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const reference = value.$ref?.replace("#/components/schemas/", "");
  if (reference && !(reference in schemas)) {
    schemas[reference] = {};
    schemas[reference] = keep(whole.components.schemas[reference]);
  }
  const kept = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keep(inner)]));
  if (kept.type === "object" && kept.properties) {
    kept.additionalProperties = false;
  }
  // The vendor's addresses of pages are paths, not addresses: its own examples break this.
  if (kept.type === "string" && kept.format === "uri") {
    delete kept.format;
  }
  // Times in a list's address may be dates, as its own examples are.
  if (kept.in === "query" && kept.schema.format === "date-time") {
    delete kept.schema.format;
  }
  return kept;
}

const paths = Object.fromEntries(PATHS.map((path) => [path, keep(whole.paths[path])]));
for (const path of Object.values(paths)) {
  const form = path.post?.requestBody?.content["application/x-www-form-urlencoded"];
  if (form) {
    // Lists are written as a key that comes again, which is OpenAPI's default and not Prism's.
    const lists = Object.entries(form.schema.properties).filter(([, schema]) => schema.type === "array");
    form.encoding = Object.fromEntries(lists.map(([name]) => [name, { style: "form", explode: true }]));
  }
}
const { openapi, info, servers, components } = whole;
const { securitySchemes } = components;
console.log(JSON.stringify({ openapi, info, servers, paths, components: { schemas, securitySchemes } }));
