"""What was said, in one order, before anyone judged it: frames, and PostgreSQL behind them."""
