from pgassay_leases import database
