"""The microservice chassis: what every service of the platform stands on."""
