// Playwright: the fixture "database" is a fresh database for each test. Save it as pgassay-playwright.js beside pgassay.js
// (pgassay help node), and take "test" from it: const { test, expect } = require("./pgassay-playwright.js");
// Run: pgassay exec --tcp --workers 4 suites/shop.yaml -- npx playwright test
const { test, expect } = require("@playwright/test");
const { lease } = require("./pgassay.js");

exports.expect = expect;
exports.test = test.extend({
  database: async ({}, use) => {
    const database = await lease();
    await use(database);
    await database.release();
  },
});
