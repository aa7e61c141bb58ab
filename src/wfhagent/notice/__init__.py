"""The company's notice: shown before the first detailed log, acknowledged, and on record."""
