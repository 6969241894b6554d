python3 ask.py POST '/databases?database=shp'
python3 ask.py PUT /databases
python3 ask.py DELETE /databases/x
python3 ask.py POST /databases/x/reset
python3 ask.py GET /databases/x/reset
python3 ask.py GET /elsewhere
python3 ask.py GET /databases Host:example.org
python3 ask.py GET /databases Origin:http://example.org
