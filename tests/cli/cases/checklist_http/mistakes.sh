# Each is found before anything is asked.
mistake() {
	printf 'suite: m\ndatabases: { shop: { migrations: m, rollback: none } }\nchecklist:\n  - item: a\n    %s\n' "$1" > m.yaml
	pgassay checklist m.yaml --target postgresql:///nowhere?host=/nowhere 2>&1 | head -4
}
mistake 'http: { gte: x }'
mistake 'http: { get: "{{base}}/x" }'
mistake 'http: { get: http://x, json: { "$.a[": 7 } }'
mistake 'http: { get: http://x, body: { matches: "(" } }'
mistake 'http: { get: http://x, post: http://x }'
mistake 'http: { get: http://x, timeout: 30 }'
mistake 'http: { get: http://x, status: 7 }'
mistake 'http: []'
mistake 'conditions: { long_transactions: 60 }'
mistake 'conditions: { long_transaction: 1 min }'
mistake 'conditions: { disk: 80 % }'
mistake 'conditions: { sequences: 1 min }'
mistake 'query: { sql: SELECT 1 }'
mistake 'backup: { file: a, younger: 1 }'
mistake 'backup: { file: a, restore: false, rehearse: true }'
mistake 'cases: "shopp/round trip"'
mistake 'fixture: nowhere.yaml'
mistake 'manual: { sign: "a b" }'
mistake 'phase: before'
mistake 'phase: []
    drift: 0'
mistake 'cases: []'
mistake 'fixture: []'
mistake 'plans: []'
mistake 'conditions: {}'
mistake 'target: {}'
mistake 'drift: 0
    data: 0'
pgassay checklist suite.yaml --phase before
pgassay checklist suite.yaml --phase post
pgassay checklist suite.yaml --variable base
pgassay checklist
