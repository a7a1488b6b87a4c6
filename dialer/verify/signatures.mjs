// Signs requests of every kind with the vendor's own package, spoils some of them, and writes what that package says of
// each: one JSON object a line.
// Usage: node signatures.mjs FOLDER SEED, where FOLDER/node_modules has twilio.
import { createRequire } from "node:module";

const [folder, seed] = process.argv.slice(2);
const twilio = createRequire(`${folder}/`)("twilio");
const ROUNDS = 30;

let state = BigInt(seed);
function below(most) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((state >> 33n) % BigInt(most));
}
const pick = (list) => list[below(list.length)];
const word = () => pick(["CallSid", "To", "a", "A", "Wörter", "x y", "Digits", "é☃", "b&c=d", "+1 415", "100%", "", "'q'"]);

const TOKENS = ["12345", "f3a9c2d4e5b60718293a4b5c6d7e8f90"];
const HOSTS = ["dialer.example", "dialer.example:443", "dialer.example:80", "dialer.example:8443", "127.0.0.1:8082", "[::1]:8082", "[::1]"];
const PATHS = ["/twilio/test/a/1/b/status", "/voice/twilio/live/a/1/b/answer", "/", "/a%20b/c"];
const QUERIES = ["", "?a=1", "?a=1&a=2", "?q=%20b&c=%C3%A9", "?q=a+b", "?x=", "?x&y=%26"];

function form() {
  const fields = {};
  for (let index = below(6); index >= 0; index--) {
    const key = word() || "k";
    fields[key] = below(3) ? word() : Array.from({ length: 1 + below(3) }, word);
  }
  return fields;
}

function pairs(fields) {
  return Object.entries(fields).flatMap(([key, value]) => [value].flat().map((each) => [key, each]));
}

// The same address as the other end may have written it.
function respelled(url) {
  const [, scheme, host, rest] = /^([a-z]+:\/\/)([^/]*)(.*)$/.exec(url);
  const bare = host.replace(/:\d+$/, "");
  const port = scheme === "https://" ? ":443" : ":80";
  return pick([url, scheme + bare + rest, scheme + bare + port + rest, new URL(url).toString()]);
}

function emit(kind, token, url, fields, body, signature) {
  const valid = body === null
    ? twilio.validateRequest(token, signature, url, fields)
    : twilio.validateRequestWithBody(token, signature, url, body);
  console.log(JSON.stringify({ kind, token, url, form: pairs(fields), body, signature, valid }));
}

for (let round = 0; round < ROUNDS; round++) {
  const token = pick(TOKENS);
  const signed = (url, fields) => twilio.getExpectedTwilioSignature(token, url, fields);

  const address = pick(["https://", "http://"]) + pick(HOSTS) + pick(PATHS) + pick(QUERIES);
  const fields = form();
  emit("form", token, address, fields, null, signed(respelled(address), fields));
  const spoiled = pick([{ ...fields, Extra: "1" }, {}, Object.fromEntries(Object.entries(fields).reverse().slice(1))]);
  emit("form, spoiled", token, address, fields, null, signed(address, spoiled));
  emit("form, other address", token, address, fields, null, signed(address.replace("/", "//"), fields));

  const body = JSON.stringify({ round, word: word() });
  const hash = twilio.getExpectedBodyHash(body);
  const json = `https://${pick(HOSTS)}${pick(PATHS)}?${pick(["", "a=1&"])}bodySHA256=${hash}`;
  emit("json", token, json, {}, body, signed(respelled(json), {}));
  emit("json, other body", token, json, {}, body + " ", signed(json, {}));
  emit("json, other hash", token, json.slice(0, -1) + "x", {}, body, signed(json.slice(0, -1) + "x", {}));

  const socket = pick(["wss://", "ws://"]) + pick(HOSTS) + pick(PATHS) + pick(QUERIES);
  emit("socket", token, socket, {}, null, signed(respelled(socket), {}));
  emit("socket, other token", token, socket, {}, null, twilio.getExpectedTwilioSignature(token + "0", socket, {}));
}
