"""Help, man page and shell completion say what the program does, and nothing else."""
