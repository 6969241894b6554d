const { afterEach, beforeEach, test } = require("node:test");
require("./shop.js")({ test, beforeEach, afterEach, equal: require("node:assert").strictEqual });
