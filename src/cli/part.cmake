# The command line, the environment and the settings file to plain structs.
