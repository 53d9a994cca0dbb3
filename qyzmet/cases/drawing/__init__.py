"""Draws procedures: as BPMN 2.0 for other tools and engines, as SVG for people."""
