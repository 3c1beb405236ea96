-- The supervisor's own server holds nothing else (Measures, art. 8).
CREATE DATABASE oversight;
