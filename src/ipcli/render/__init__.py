"""What people see in a terminal. Rich is imported by the modules here that draw, and nowhere else."""
