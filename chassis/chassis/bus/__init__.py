"""Everything that knows Nameko, kombu or eventlet, besides `service.py` and the gateway."""
