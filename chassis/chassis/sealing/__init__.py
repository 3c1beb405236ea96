"""The sealed log's mathematics: tree, tiles, proofs, signed checkpoints. No I/O, no database.

| module | what |
|---|---|
| `hashing` | leaf and node hashes with SHA-256 or SM3 (RFC 6962, RFC 9162) |
| `tree` | the growing tree, resumed from its tiles; checking stored tiles |
| `tiles` | names, widths and bytes of tiles and entry bundles (C2SP tlog-tiles) |
| `prover` | inclusion and consistency proofs from stored tiles |
| `proofs` | verifying both |
| `keys`, `note` | Ed25519 keys under names; signed notes (C2SP signed-note) |
| `checkpoint` | checkpoints, sealed by the log and cosigned by witnesses |
| `evidence` | building evidence bundles for the offline verifier |
| `totals` | the money totals in the ledger's checkpoint, and their conservation |
| `faults` | every way in which one of these can be wrong, by name |
"""
