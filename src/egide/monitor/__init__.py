"""State is a fold over the log: the one owner of a cell judges and writes what follows."""
