"""The command `egide`: one module a subcommand, loaded only when it is asked for."""
