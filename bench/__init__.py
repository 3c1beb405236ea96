"""Benchmarks: ours against a peer or a limit, in the same run, interleaved.

A benchmark is a module ``bench/bench_NAME.py`` that holds a ``BENCHMARK`` or, with several rows,
a tuple ``BENCHMARKS``; see :mod:`bench.harness`. ``make bench`` runs all, ``make bench
NAME=append`` one module or one row.
"""
