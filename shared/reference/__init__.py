"""What every service keeps of units and of the scheme: who stands where, who may act for whom."""
