"""Values that storage, rooms and API share; they know nothing of any of them."""
