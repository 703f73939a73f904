# Files of settings to plain structs, every mistake with its line.
