"""The main job on synthetic people and firms, through the HTTP API alone."""
