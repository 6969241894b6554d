# usage: suite.sh FIXTURE: a suite with this fixture
printf 'suite: shop\ndatabases: { shop: { migrations: migrations, expect: %s } }\n' "$1" > shop.suite.yaml
