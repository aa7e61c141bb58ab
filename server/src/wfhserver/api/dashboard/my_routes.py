"""Adds the routes of employees who look at their own data."""

from fastapi import FastAPI

from wfhserver.api import openapi
from wfhserver.api.dashboard.my_data import MyDataEndpoint, MySessionEndpoint
from wfhserver.api.dashboard.my_operations import my_data_operations, my_session_operations


def add_my_routes(app: FastAPI, session: MySessionEndpoint, data: MyDataEndpoint) -> None:
    """Add them: an agent's link, the session, and what it shows."""
    said, path = my_session_operations(), "/api/my-session"
    openapi.add(app, "POST /api/my-data-link", session.link, said["LINK"], status=201)
    openapi.add(app, f"POST {path}", session.post, said["POST"])
    openapi.add(app, f"GET {path}", session.get, said["GET"])
    openapi.add(app, f"DELETE {path}", session.delete, said["DELETE"], status=204)
    said, path = my_data_operations(), "/api/my-data"
    openapi.add(app, f"GET {path}", data.get, said["GET"])
    openapi.add(app, f"GET {path}/days/{{workday}}", data.day, said["DAY"])
    openapi.add(app, f"GET {path}/audit", data.looks, said["LOOKS"])
    one = path + "/logs/{log_id}"
    openapi.add(app, f"GET {one}", data.log, said["LOG"])
    openapi.add(app, f"GET {one}/screenshot", data.screenshot, said["SCREENSHOT"])
    openapi.add(app, f"GET {one}/thumbnail", data.thumbnail, said["THUMBNAIL"])
    openapi.add(app, f"GET {path}/export.zip", data.zip, said["ZIP"])
