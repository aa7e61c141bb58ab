"""The facts of plugins: what is declared, the newest values, filters, views and alerts."""
