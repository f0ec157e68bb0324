"""One training loop for every network: batches, loss and stopping rule come from outside."""
