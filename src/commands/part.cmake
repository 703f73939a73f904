# One file for each subcommand: observe, plan, show, apply, wait.
