# A Fleet cluster in memory behind the Fleet API.
