// The tests, whatever runs them.
const { Client } = require("pg");
const { lease } = require("./pgassay.js");

const COUNT = "SELECT count(*)::int AS n FROM orders";
const INSERT = "INSERT INTO orders (total) VALUES (1)";

const connect = async (database) => {
  const client = new Client({ connectionString: database.url });
  client.on("error", () => {}); // a reset ends the session
  await client.connect();
  return client;
};
const count = async (client) => (await client.query(COUNT)).rows[0].n;

module.exports = ({ test, beforeEach, afterEach, equal }) => {
  let database, client;
  beforeEach(async () => {
    database = await lease();
    client = await connect(database);
  });
  afterEach(async () => {
    await client.end();
    await database.release();
  });
  for (const name of ["one", "another"])
    test(`${name} has its own`, async () => {
      equal(await count(client), 1);
      await client.query(INSERT);
      equal(await count(client), 2);
    });
  test("rows come back", async () => {
    await client.query(INSERT);
    await database.resetRows();
    equal(await count(client), 1);
  });
  test("all of it comes back", async () => {
    await client.query("ALTER TABLE orders ADD note text DEFAULT 'x'");
    await client.query(INSERT);
    await client.end();
    await database.reset();
    client = await connect(database);
    equal(await count(client), 1);
  });
};
