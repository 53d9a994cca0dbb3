"""Finding who is concerned among a whole population: snapshots of the registries, read by an engine."""
