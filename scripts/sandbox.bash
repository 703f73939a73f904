# shellcheck shell=bash disable=SC2154,SC2034
# Sourced after steps.bash, by scripts that need a Fleet in memory: `$program` is scale-fleet.

sandbox_log=build/logs/sandbox.log
sandbox_pid=

stop_sandbox() {
  if [[ -n $sandbox_pid ]]; then
    kill "$sandbox_pid" 2>/dev/null || true
    wait "$sandbox_pid" 2>/dev/null || true
    sandbox_pid=
  fi
}
trap stop_sandbox EXIT

# start_sandbox OPTION...: its first line ends with where it listens, which becomes $endpoint.
start_sandbox() {
  local line=
  mkdir -p "$(dirname "$sandbox_log")"
  : >"$sandbox_log"  # Before it is looked at: a former sandbox' line may still be there.
  "$program" sandbox --listen 127.0.0.1:0 "$@" >"$sandbox_log" 2>&1 &
  sandbox_pid=$!
  step_log=$sandbox_log
  step_command="$program sandbox"
  for _ in {1..100}; do
    line=$(head -n 1 "$sandbox_log")
    [[ $line == *://* ]] && break
    kill -0 "$sandbox_pid" 2>/dev/null || break
    sleep 0.1
  done
  endpoint=${line##* }
  [[ $endpoint == *://* ]] || explain_failure "$step_command"
}
