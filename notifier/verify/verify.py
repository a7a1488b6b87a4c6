"""Verifies the deliveries on standard input with the library of PyPI."""

import json
import sys

from standardwebhooks.webhooks import Webhook

count = 0
for line in sys.stdin:
    delivery = json.loads(line)
    try:
        Webhook(delivery["secret"]).verify(delivery["body"], delivery["headers"])
        valid = True
    except Exception as error:
        if type(error).__name__ != "WebhookVerificationError":
            raise
        valid = False
    if valid != delivery["valid"]:
        sys.exit(f"the library of PyPI says {valid} of {line}")
    count += 1
if count == 0:
    sys.exit("nothing to verify")
print(f"PyPI: {count} deliveries judged as they should be")
