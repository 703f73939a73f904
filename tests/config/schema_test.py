#!/usr/bin/env python3
"""Holds the schema of declared services to what the program takes: schema_test.py PROGRAM SCHEMA EXAMPLES

Every file of EXAMPLES in our own form, and every good file of the table, is taken by both; every bad
one is refused by both. Bad is only what a schema can see: it knows no two services at once.
"""

import glob
import json
import os
import subprocess
import sys
import tempfile

import jsonschema
import yaml

RULE = "services: {a: {max: 9, scale_up: [{metric: {file: x}, %s}]}}\nmetrics_file: m"
TARGET = "services: {a: {max: 9, target: [{metric: {file: x}, %s}]}}\nmetrics_file: m"
METRIC = (
    "services: {a: {max: 9, scale_up: [{metric: {%s}, above: 1}]}}\n"
    "metrics_file: m\netcd: {}\nprometheus: {url: 'http://p'}"
)
SERVICE = "services: {a: {%s}}"
NODES = "services: {}\nnodes: {a: {%s}}"
DOORS = "services: {}\nlisten: '127.0.0.1:0'\n%s"
WINDOW = "services: {a: {max: 9, schedule: [{%s}]}}"

GOOD = [
    "services: {}",
    "services: {}\nstate: x\nlisten: none\ninterval: 1h30m",
    "services: {}\nlisten: '[::1]:0'\nfleet: {endpoint: 'unix:///run/fleet.sock'}",
    "services: {}\nevents: {file: e, max_size: 500kB, keep: 0}",
    SERVICE % "count: 0",
    SERVICE % "min: 1",
    SERVICE % "count: 1, unit: a.service",
    SERVICE % "count: 1, attached: [b, {service: c, template_file: d}], warm_up: 0",
    SERVICE % "count: 1, instances: {first: 0, step: 2}, victims: oldest, timeout: 250ms",
    SERVICE % "max: 3, limits: {up: {by: 50%}, down: {by: 1, per: 1m}, settle_up: 0}",
    RULE % "above: 1",
    RULE % "below: -0.5, points: 3 of 5, staleness: 15s, to: 0",
    RULE % "above: 1, steps: [{from: 2, step: 10%}, {from: 3, to: 9}], aggregate: at_least 2",
    RULE % "above: 1, aggregate: p99.9, without_data: {count: 3, after: 1}",
    TARGET % "per_instance: 5, cooldown: 1m",
    TARGET % "value: 0.5, cooldown: {up: 0, down: 1d}, aggregate: p95, scale_down: false",
    METRIC % "etcd: a.b.c, type: t",
    METRIC % "prometheus: up, per: instance, label: unit",
    WINDOW % "cron: '0 8 * * 1-5', for: 1h, count: 3",
    WINDOW % "cron: '0 8 * * 1-5', for: 1h, min: 3",
    SERVICE % "max: 3, remote: true, reschedule: true",
    SERVICE % "max: 3, remote: {up_by: 2, down_by: 50%, cooldown: {up: 0, down: 5m}}",
    SERVICE % "max: 3, remote: {cooldown: 1m}, reschedule: {min_healthy: 2}",
    NODES % "aws: {group: g}, max: 3, match: ip, victims: oldest, timeout: 5m",
    NODES % "aws: {group: g, region: eu-west-1}, count: 3, remote: {up_by: 2}",
    NODES % "command: [d, x], min: 1, match: metadata cloud, manual_cooldown: 0",
    DOORS % "api: {token_file: d, tls: {certificate: d, key: d, client_ca: d}, prefix: /s}",
    DOORS % "api: {anyone: true}",
    DOORS % "notifications: {slack: 'https://h/x', alertmanager: 'http://a', at_min: true}",
    DOORS % "notifications: {slack_file: d, timeout: 5s, alert_lasts: 1m, nodes_at_max: false}",
]

BAD = [
    "",
    "{}",
    "[]",
    "services: []",
    "services: {a: 3}",
    "services: {}\nservice: {}",
    "services: {}\ninterval: 10",
    "services: {}\ninterval: 0s",
    "services: {}\nstate: 5",
    "services: {}\nlisten: 49160",
    "services: {}\netcd: {metrics: metrics}",
    "services: {}\netcd: {consume: 1}",
    "services: {}\netcd: {endpoints: ['ftp://x']}",
    "services: {}\nprometheus: {}",
    "services: {}\nfleet: {endpoint: '127.0.0.1:49153'}",
    "services: {}\nevents: {max_size: 10}",
    SERVICE % "",
    SERVICE % "count: three",
    SERVICE % "count: -1",
    SERVICE % "count: '3'",
    SERVICE % "count: 65536",
    SERVICE % "count: 1, min: 1",
    SERVICE % "count: 1, cuont: 1",
    SERVICE % "count: 1, after: b",
    SERVICE % "count: 1, unit: a@.service",
    SERVICE % "count: 1, unit: a.service, attached: [b]",
    SERVICE % "count: 1, instances: {step: 0}",
    SERVICE % "count: 1, attached: [{template_file: d}]",
    SERVICE % "count: 1, timeout: soon",
    SERVICE % "count: 1, victims: biggest",
    SERVICE % "count: 1, on_template_change: restart",
    SERVICE % "min: 1, scale_up: []",
    SERVICE % "max: 3, limits: {up: {per: 1m}}",
    RULE % "for: 1m",
    RULE % "above: 1, below: 2",
    RULE % "above: high",
    RULE % "above: 1, for: 1m, points: 1 of 2",
    RULE % "above: 1, points: some",
    RULE % "above: 1, step: 0",
    RULE % "above: 1, step: 1, to: 3",
    RULE % "above: 1, steps: [{from: 2}]",
    RULE % "above: 1, steps: [{to: 2}]",
    RULE % "above: 1, staleness: 0",
    RULE % "above: 1, aggregate: p101",
    RULE % "above: 1, without_data: down",
    RULE % "above: 1, without_data: {after: 3}",
    TARGET % "tolerance: 0.1",
    TARGET % "value: 0",
    TARGET % "value: 1, tolerance: 1",
    TARGET % "value: 1, aggregate: any",
    TARGET % "value: 1, per_instance: 1",
    METRIC % "etcd: a",
    METRIC % "etcd: a/b, type: t",
    METRIC % "etcd: a, type: t, file: x",
    METRIC % "file: x, type: t",
    METRIC % "file: x, per: machine",
    METRIC % "prometheus: x, label: unit",
    METRIC % "type: t",
    WINDOW % "cron: daily, for: 1h, min: 1",
    WINDOW % "cron: '0 8 * * *', min: 1",
    WINDOW % "cron: '0 8 * * *', for: 1h",
    WINDOW % "cron: '0 8 * * *', for: 1h, count: 1, min: 1",
    SERVICE % "min: 3, remote: true",
    SERVICE % "max: 3, remote: 5",
    SERVICE % "max: 3, remote: {up_by: 0}",
    SERVICE % "max: 3, reschedule: {min_healthy: most}",
    SERVICE % "count: 1, unit: a.service, reschedule: true",
    NODES % "max: 3",
    NODES % "aws: {group: g}, command: d, max: 3",
    NODES % "aws: {region: r}, max: 3",
    NODES % "aws: {group: g}",
    NODES % "command: [], max: 3",
    NODES % "command: d, max: 3, match: name",
    NODES % "command: d, max: 3, victims: idle_first",
    NODES % "command: d, max: 3, victims: oldest",
    "services: {}\nnodes: {a/b: {command: d, max: 3}}",
    DOORS % "api: {tls: {certificate: d}}",
    DOORS % "api: {prefix: scaler}",
    DOORS % "api: {token: x}",
    DOORS % "notifications: {}",
    DOORS % "notifications: {slack: 'h/x'}",
    DOORS % "notifications: {slack: 'https://h/x', slack_file: d}",
    DOORS % "notifications: {alertmanager: 'http://a', at_min: 1}",
]


def main():
    program, schema_file, examples = sys.argv[1:]
    with open(schema_file, encoding="utf-8") as stream:
        schema = json.load(stream)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    def program_takes(path):
        environment = {"SCALE_FLEET_CONFIG": "/dev/null"}
        for name in os.environ:
            if name.endswith("SAN_OPTIONS"):
                environment[name] = os.environ[name]
        end = subprocess.run(
            [program, "config", "check", path], env=environment, capture_output=True, timeout=60
        )
        return end.returncode == 0

    def schema_takes(path):
        with open(path, encoding="utf-8") as stream:
            return validator.is_valid(yaml.safe_load(stream))

    wrong = []

    def hold(path, name, wanted):
        for who, takes in (("program", program_takes(path)), ("schema", schema_takes(path))):
            if takes != wanted:
                wrong.append(f"the {who} {'takes' if takes else 'refuses'}: {name}")

    for example in sorted(glob.glob(os.path.join(examples, "*.yaml"))):
        with open(example, encoding="utf-8") as stream:
            is_own = "Dynamite" not in yaml.safe_load(stream)
        if is_own:
            hold(example, example, True)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f.yaml")
        with open(os.path.join(folder, "d"), "w", encoding="utf-8") as stream:
            stream.write("[Service]\nExecStart=/bin/true\n")
        for wanted, texts in ((True, GOOD), (False, BAD)):
            for text in texts:
                with open(path, "w", encoding="utf-8") as stream:
                    stream.write(text)
                hold(path, text, wanted)
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"schema and program agree on {len(GOOD)} good and {len(BAD)} bad files")


main()
