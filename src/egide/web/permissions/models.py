"""No tables. Django tells an app that `migrate` has ended only if it has this module, and the grants wait for that."""
