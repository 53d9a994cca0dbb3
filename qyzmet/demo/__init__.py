"""The main job to try out: a synthetic country served for some days over real HTTP and SMPP."""
