"""What a schema can't say: numbers that exist, prompts that say enough, and keys that nobody used before."""

import datetime
import uuid

import schemathesis
from hypothesis import strategies as st

# Of numbering plans that differ: what exists is known only to their tables.
NUMBERS = ["+14155550101", "+442079460958", "+4930901820", "+81312345678", "+5511987654321"]
UNWANTED = "+442079460959"
PROMPTS = [
    "Ask about store hours and if they have size 10 Nike Air Max in stock",
    "Book a dinner reservation at Olive Garden for Friday 7pm, party of 2, under Josh Miller",
]
URLS = ["", "https://agent.example.com/calls", "HTTPS://agent.example.com:8443/?a=b", "https://8.8.8.8/"]

schemathesis.openapi.format("e164", st.sampled_from(NUMBERS))
schemathesis.openapi.format("call-prompt", st.sampled_from(PROMPTS))
schemathesis.openapi.format("callback-url", st.sampled_from(URLS))
schemathesis.openapi.format("webhook-url", st.sampled_from(URLS[1:]))
schemathesis.openapi.format("workflow-id", st.uuids().map(str))
schemathesis.openapi.format("spoken", st.sampled_from(["Ann Perry", "Please call us back."]))
schemathesis.openapi.format("idempotency-key", st.uuids().map(str))
schemathesis.openapi.format("future-time", st.just("2100-01-01T00:00:00Z"))


@schemathesis.hook
def filter_case(context, case):
    """What violates a format of ours only our own tests can say.

    To bar a format, Schemathesis draws any value without it, and then takes the whole for a violation, even a good value or
    null, because to its validator nothing has a format that it doesn't know (4.32.5).
    """
    mutations = getattr(case.meta.phase.data, "mutations", ()) if case.meta else ()
    return not any(mutation.operator == "negate_constraints" and "format" in mutation.keywords for mutation in mutations)


@schemathesis.hook
def before_call(context, case, kwargs):
    """What a valid request is depends on the ones before it: an idempotency key is used once, and stands in one place."""
    if not case.meta or case.meta.generation.mode.is_negative:
        return
    if isinstance(case.body, dict):
        make_possible(case.body)
    # The key that asks is one for tests, and makes no others.
    if case.operation.path == "/api/keys" and isinstance(case.body, dict) and case.body.get("mode"):
        case.body["mode"] = "test"
    # A number that nothing else here calls, and a file that holds one.
    if case.operation.path == "/api/do-not-call" and isinstance(case.body, dict):
        case.body["number"] = UNWANTED
    if case.operation.path == "/api/do-not-call/import":
        case.body = f"number\n{UNWANTED}\n"
    # A cursor is good only after the page that gave it.
    if case.query and "cursor" in case.query:
        del case.query["cursor"]
    key = str(uuid.uuid4())
    if isinstance(case.body, dict) and case.body.get("idempotency_key"):
        case.body["idempotency_key"] = key
        case.headers.pop("Idempotency-Key", None)
    elif "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = key


def make_possible(body):
    """What is valid depends on the clock, on the organization's numbers, or on what people can be asked."""
    now = datetime.datetime.now(datetime.UTC)
    later = [(now + datetime.timedelta(hours=hours)).isoformat() for hours in (1, 2)]
    if isinstance(body.get("schedule"), dict):
        body["schedule"] = {"earliest_at": later[0], "latest_at": later[1]}
    if body.get("result_schema") is not None:
        body["result_schema"] = {"type": "object", "properties": {"price": {"type": "number"}}}
    if body.get("language") is not None:
        body["language"] = "en-GB"
    body.pop("from_number", None)
