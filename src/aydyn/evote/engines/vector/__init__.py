"""The fast engine for Ed25519 on public data: kernels on vectors, written in LLVM's language and compiled for the machine they run on.

    lanes       instructions, functions, loops
    fields      numbers modulo 2^255 - 19 in lanes; mul32, … the kinds of limbs
    rows        points in tables, and lanes that each take their own
    kernel      numbers and points; ladders: tables and powers; batches: what is called from Python
    compiling   machine code, kept between runs; kinds: which kernel suits this machine
    schedule    which output is computed in which lane; memory: bytes for the kernels
    engine      `VectorCurve`

Variable time throughout: for public data only.
"""
