"""How models are judged, as pure tables of decisions."""
