-- An IANA name or an offset, as the agent says it; null for agents that say none. The history of
-- heartbeats has no such column: it would be 16 bytes more in each row, for what nobody asks.
ALTER TABLE agent_presence ADD COLUMN time_zone text;
ALTER TABLE employee_logs ADD COLUMN time_zone text;

CREATE OR REPLACE VIEW logs_by_employee AS
SELECT e.username, a.hostname, l.local_ip, l.public_ip, l.location, l.screenshot_path,
       l."timestamp", l.workday, l.slot, l.screenshot ->> 'status' AS screenshot_status, l.absent,
       l.time_zone
  FROM employee_logs AS l
  JOIN agents AS a USING (agent_id)
  JOIN employees AS e USING (employee_id);
