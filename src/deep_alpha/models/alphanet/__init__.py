"""AlphaNet V1 to V4 (paper 001)."""
