// Verifies the deliveries on standard input with the library of npm.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { Webhook, WebhookVerificationError } = createRequire(`${process.argv[2]}/`)("standardwebhooks");

const lines = readFileSync(0, "utf8").split("\n").filter(Boolean);
if (lines.length === 0) throw new Error("nothing to verify");
for (const line of lines) {
  const delivery = JSON.parse(line);
  let valid = true;
  try {
    new Webhook(delivery.secret).verify(delivery.body, delivery.headers);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    valid = false;
  }
  if (valid !== delivery.valid) throw new Error(`the library of npm says ${valid} of ${line}`);
}
console.log(`npm: ${lines.length} deliveries judged as they should be`);
