"""Simulator of the registries that real-name verification asks (实名认证, article 22).

Public security (公安) answers whether name and ID number belong together; market regulation
(市场监管) whether a firm, its code (统一社会信用代码) and its legal representative do. All data is
synthetic.
"""
