-- The order in which everybody's logs are shown, page after page.
CREATE INDEX employee_logs_workday_timestamp
  ON employee_logs (workday, "timestamp", agent_id, slot);
