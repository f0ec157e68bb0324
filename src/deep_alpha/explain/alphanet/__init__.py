"""Inside fitted AlphaNets: what they read, keep, weigh and attend to (paper 001)."""
