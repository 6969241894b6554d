# The rows, which chance has made: the same ones come from the cache.
export XDG_CACHE_HOME=$PWD/cache
mkdir -p cache
pgassay exec "$@" suite.yaml -- psql -qAtXc 'TABLE kept' > now 2> log || cat log
cmp -s before now && echo "the same" || echo "new"
mv now before
