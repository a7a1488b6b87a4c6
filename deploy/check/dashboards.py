"""The dashboards: made from the short form below, which is easier to read and to change than Grafana's."""

import json

from common import ROOT

FOLDER = ROOT / "deploy/monitoring/dashboards"
DIALER = '{service="callcow-dialer"}'
API = '{service="callcow-gateway"}'
Q = "histogram_quantile({q}, sum by ({by}) (rate({name}_bucket{where}[5m])))"


def quantile(name, q, by="", where=""):
    return Q.format(name=name, q=q, by=", ".join(["le", *filter(None, [by])]), where=where)


# Dashboard: title, then rows of panels: title, unit, what it means, expressions with legends.
DASHBOARDS = {
    "line": ("The line at a glance", [
        ("From the request to the callback", [
            ("Calls accepted, planned, dialed, answered, ended", "cps", "Each line should follow the one before it: where they part, calls wait.", [
                ("sum(rate(calls_accepted_total[5m]))", "accepted"),
                ("sum(rate(plans_total[5m]))", "planned"),
                ('sum(rate(bus_published_total{kind="call.dialing",result="ok"}[5m]))', "dialed"),
                ('sum(rate(bus_published_total{kind="call.answered",result="ok"}[5m]))', "answered"),
                ('sum(rate(bus_published_total{kind="call.ended",result="ok"}[5m]))', "ended"),
                ('sum(rate(callback_attempts_total{next="delivered"}[5m]))', "told"),
            ]),
            ("Where they wait: the oldest", "s", "Seconds that the oldest has waited at each place.", [
                ("max(calls_queued_oldest_seconds)", "to be planned"),
                ("max by (service) (outbox_oldest_seconds)", "outbox of {{service}}"),
                ("max(callback_oldest_due_seconds)", "callback that is due"),
            ]),
            ("Facts that wait", "short", "Facts that a service has not taken yet.", [("max by (consumer) (bus_pending)", "{{consumer}}")]),
        ]),
        ("How calls end", [
            ("Ends by outcome", "cps", "", [('sum by (outcome) (rate(calls_ended_total{service="callcow-gateway"}[5m]))', "{{outcome}}")]),
            ("Failures by code", "cps", "Why calls did not come to a conversation.", [('sum by (failure) (rate(calls_ended_total{service="callcow-gateway",failure!="none"}[5m]))', "{{failure}}")]),
            ("Time in each state, 95 %", "s", "", [(quantile("call_state_seconds", 0.95, "state"), "{{state}}")]),
        ]),
        ("The API", [
            ("Requests by status", "reqps", "", [('sum by (status) (rate(http_requests_total{route=~"/api/.*"}[5m]))', "{{status}}")]),
            ("Errors of ours, against the promise of one in a thousand", "percentunit", "", [("callcow:api_errors:ratio5m", "5 minutes"), ("callcow:api_errors:ratio1h", "an hour"), ("callcow:api_errors:ratio6h", "six hours")]),
            ("How long answers take, 50 % and 99 %", "s", "", [(quantile("http_request_seconds", 0.5, "route", API), "50 % {{route}}"), (quantile("http_request_seconds", 0.99, "route", API), "99 % {{route}}")]),
        ]),
        ("What the API refused", [
            ("Answers over gRPC by code", "reqps", "0 is well; 2, 4, 12, 13, 14 and 15 are our fault.", [('sum by (service, code) (rate(grpc_answers_total[5m]))', "{{service}} {{code}}")]),
            ("Refused: over the limit, or shed", "reqps", "", [("sum(rate(requests_limited_total[5m]))", "over the limit"), ("sum(rate(requests_shed_total[5m]))", "shed")]),
        ]),
    ]),
    "dialer": ("Dialer", [
        ("Phones", [
            ("Conversations", "short", "At this moment, by process.", [("conversations", "{{instance}}")]),
            ("Requests to the carrier", "cps", "", [("sum by (result) (rate(dials_total[5m]))", "{{result}}")]),
            ("Answered, of those dialed", "percentunit", "", [("callcow:answered:ratio30m", "30 minutes"), ("callcow:answered:ratio1d", "a day")]),
            ("The carrier is left alone", "short", "1 while its breaker is open.", [("max by (mode) (carrier_down)", "{{mode}}")]),
        ]),
        ("What the carrier asks and tells", [
            ("Webhooks of the carrier by status", "reqps", "", [('sum by (status) (rate(http_requests_total{service="callcow-dialer"}[5m]))', "{{status}}")]),
            ("How long the carrier waits for us, 99 %", "s", "It hangs up on who is late.", [(quantile("http_request_seconds", 0.99, "route", DIALER), "{{route}}")]),
        ]),
        ("Conversations", [
            ("How long our answers take", "s", "From the callee's last word to our first.", [(quantile("turn_seconds", 0.5), "50 %"), ("callcow:turn_seconds:p95_10m", "95 %"), (quantile("turn_seconds", 0.99), "99 %")]),
            ("How conversations were left", "cps", "", [("sum by (parting) (rate(conversations_total[5m]))", "{{parting}}")]),
            ("What a language model could not or may not say", "cps", "Without a reply the scripted brain stands in. Overruled: it asked for secrets, claimed to be a person, or wanted to leave early. Claims without evidence are not recorded, nor are values that the caller's schema does not allow.", [
                ("sum by (reason) (rate(brain_fallbacks_total[5m]))", "no reply: {{reason}}"),
                ("sum(rate(replies_overruled_total[5m]))", "overruled"),
                ("sum(rate(claims_refused_total[5m]))", "claims without evidence"),
                ("sum(rate(claims_unfit_total[5m]))", "answers that the caller's schema does not allow"),
            ]),
            ("Trouble of the media socket", "cps", "", [("sum(rate(relay_errors_total[5m]))", "errors")]),
        ]),
        ("Dial once", [
            ("Answers that were lost, and what came of them", "short", "Found: the phone rang once, and the call went on. Not found: it was dialed again or given up.", [("sum by (found) (increase(lost_answers_total[1h]))", "found: {{found}}")]),
            ("The carrier was asked, because it had said nothing", "short", "In an hour, by what it answered.", [("sum by (result) (increase(reconciliations_total[1h]))", "{{result}}")]),
            ("Stray legs, lost leases, refused webhooks", "short", "In an hour.", [("sum(increase(stray_legs_total[1h]))", "stray legs"), ("sum(increase(leases_lost_total[1h]))", "lost leases"), ("sum by (why) (increase(webhooks_refused_total[1h]))", "webhooks: {{why}}")]),
            ("Dialed again, and pace kept without Redis", "short", "In an hour.", [("sum(increase(dials_again_total[1h]))", "dialed again"), ("sum(increase(pace_backend_errors_total[1h]))", "pace without Redis")]),
        ]),
    ]),
    "callbacks": ("Callbacks", [
        ("Deliveries", [
            ("Attempts by result", "cps", "", [("sum by (result) (rate(callback_attempts_total[5m]))", "{{result}}")]),
            ("What comes next", "cps", "", [("sum by (next) (rate(callback_attempts_total[5m]))", "{{next}}")]),
            ("How long receivers take", "s", "", [(quantile("callback_attempt_seconds", 0.5, "result"), "50 % {{result}}"), (quantile("callback_attempt_seconds", 0.99, "result"), "99 % {{result}}")]),
        ]),
        ("What waits", [
            ("Waiting, due, in flight", "short", "", [("max(callback_waiting)", "waiting"), ("max(callback_due)", "due"), ("sum(callback_in_flight)", "in flight")]),
            ("The oldest that is due", "s", "We promise less than a minute.", [("max(callback_oldest_due_seconds)", "age")]),
            ("Receivers that are paused", "short", "", [("max(callback_endpoints_paused)", "paused")]),
            ("Attempts whose record was lost, and calls erased", "short", "In an hour.", [("sum(increase(callback_attempts_lost_total[1h]))", "lost"), ("sum(increase(callback_calls_erased_total[1h]))", "erased")]),
        ]),
    ]),
    "capacity": ("Capacity", [
        ("How full we are", [
            ("Conversations, of what the dialers take", "percentunit", "Scaling begins at 0.7 of 1,000 each.", [('sum(conversations) / (1000 * count(build_info{service="callcow-dialer"}))', "used")]),
            ("Connections to Postgres in use", "percentunit", "", [("max by (service) ((database_connections - database_connections_idle) / database_connections_max)", "{{service}}")]),
            ("Processes by version", "short", "", [("count by (service, version) (build_info)", "{{service}} {{version}}")]),
        ]),
        ("Facts", [
            ("How old facts are when they are heard, 95 %", "s", "", [(quantile("bus_fact_age_seconds", 0.95, "consumer"), "{{consumer}}")]),
            ("How long handling takes, 95 %", "s", "", [(quantile("bus_process_seconds", 0.95, "consumer"), "{{consumer}}")]),
            ("Verdicts", "cps", "", [("sum by (consumer, verdict) (rate(bus_consumed_total[5m]))", "{{consumer}}: {{verdict}}")]),
            ("Dead letters", "short", "In an hour.", [("sum by (consumer) (increase(dead_letters_total[1h]))", "kept, {{consumer}}"), ("sum by (consumer) (increase(bus_dead_letters_total[1h]))", "told, {{consumer}}")]),
        ]),
        ("Outbox and helpers", [
            ("Facts in the outbox", "short", "", [("sum by (service) (outbox_depth)", "{{service}}")]),
            ("Sent by the sweep and not at once", "cps", "", [("sum by (service) (rate(outbox_swept_total[5m]))", "{{service}}"), ("sum by (service) (rate(outbox_left_to_sweep_total[5m]))", "queue full, {{service}}")]),
            ("Planning, 95 %", "s", "", [(quantile("plan_seconds", 0.95, "planner"), "{{planner}}")]),
            ("Calls that were told again", "short", "In an hour; and those that wait to be planned.", [("sum by (why) (increase(calls_swept_total[1h]))", "{{why}}"), ("max(calls_queued)", "queued")]),
            ("Limits kept without Redis", "cps", "", [("sum(rate(ratelimit_backend_errors_total[5m]))", "gateway")]),
        ]),
    ]),
}


def panel(number, title, unit, says, targets, place):
    return {
        "id": number, "type": "timeseries", "title": title, "description": says, "gridPos": place,
        "datasource": {"type": "prometheus", "uid": "prometheus"},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0, "custom": {"fillOpacity": 8, "showPoints": "never"}}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [{"refId": chr(ord("A") + index), "expr": expr, "legendFormat": legend} for index, (expr, legend) in enumerate(targets)],
    }


def dashboard(uid, title, panels, variables=()):
    return {
        "uid": f"callcow-{uid}", "title": f"CallCow: {title}", "tags": ["callcow"], "schemaVersion": 41, "editable": False,
        "refresh": "30s", "time": {"from": "now-3h", "to": "now"}, "timezone": "", "templating": {"list": list(variables)},
        "links": [{"type": "dashboards", "tags": ["callcow"], "title": "CallCow", "asDropdown": True}], "panels": panels,
    }


def laid(rows):
    panels, y, number = [], 0, 1
    for title, row in rows:
        panels.append({"id": number, "type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}})
        y, number = y + 1, number + 1
        for index, (name, unit, says, targets) in enumerate(row):
            width = 24 // len(row)
            panels.append(panel(number, name, unit, says, targets, {"x": index * width, "y": y, "w": width, "h": 8}))
            number += 1
        y += 8
    return panels


def one_call():
    """From the id of a call to its trace and its log lines. Logs are Loki's, where the cluster has it."""
    trace = {"id": 1, "type": "table", "title": "Traces of the call: click one", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8},
             "description": "The id is in the answer to the request, and in every callback.", "datasource": {"type": "tempo", "uid": "tempo"},
             "targets": [{"refId": "A", "queryType": "traceql", "query": '{ span.call.id = "$call_id" }', "limit": 20, "tableType": "traces"}]}
    logs = {"id": 2, "type": "logs", "title": "What the services logged of it", "gridPos": {"x": 0, "y": 8, "w": 24, "h": 14},
            "description": "Every line about a call has its id; none has a number, a prompt or what was said.", "datasource": {"type": "loki", "uid": "${logs}"},
            "targets": [{"refId": "A", "expr": '{namespace=~".+"} |= "$call_id" | json'}], "options": {"showTime": True, "wrapLogMessage": True}}
    variables = [{"type": "textbox", "name": "call_id", "label": "Call id", "query": ""},
                 {"type": "datasource", "name": "logs", "label": "Logs", "query": "loki"}]
    return dashboard("one-call", "One call", [trace, logs], variables)


def files():
    made = {f"{uid}.json": dashboard(uid, title, laid(rows)) for uid, (title, rows) in DASHBOARDS.items()}
    made["one-call.json"] = one_call()
    return {name: json.dumps(content, indent=1, ensure_ascii=False) + "\n" for name, content in made.items()}


def generate():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (FOLDER / name).write_text(content)
