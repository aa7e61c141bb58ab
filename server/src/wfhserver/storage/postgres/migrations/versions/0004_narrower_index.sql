-- Between an int and a timestamp there is room for a smallint: the status costs nothing there, and
-- eight bytes behind them. An agent has at most some hundred entries in a day's partition, so that
-- their order within it does not matter to a search by time.
DROP INDEX employee_heartbeats_agent_id_timestamp;
CREATE INDEX employee_heartbeats_agent_id_status_timestamp
  ON employee_heartbeats (agent_id, status, "timestamp");
