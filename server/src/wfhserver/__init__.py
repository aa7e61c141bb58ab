"""The server of wfhagent: takes in heartbeats and logs, stores them, forgets them."""
