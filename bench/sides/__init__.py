"""The two sides of benchmarks that need a process of their own. Each prints one figure."""
