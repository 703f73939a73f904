#!/usr/bin/env bash
# Holds the examples of alerting to what Prometheus and Alertmanager themselves say of them:
# alerting_examples_test.bash examples/alerting
set -euo pipefail
cd "$1"

promtool check config prometheus.yml
promtool check rules rules.yml
promtool test rules rules_test.yml
amtool check-config alertmanager.yml

# As it is with Slack, when the lines about it are no comment any more.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed 's/^# global:/global:/; /^  - name: people/,$ s/# //' alertmanager.yml >"$work/alertmanager.yml"
grep -q '^global: {slack_api_url_file: slack_url}' "$work/alertmanager.yml"
grep -q '^    slack_configs:$' "$work/alertmanager.yml"
printf 'http://127.0.0.1:1/services/T/B/X\n' >"$work/slack_url"
amtool check-config "$work/alertmanager.yml"
