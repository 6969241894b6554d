const { Client } = require("pg");
const { test, expect } = require("./pgassay-playwright.js");

const connect = async (database) => {
  const client = new Client({ connectionString: database.url });
  client.on("error", () => {}); // a reset ends the session
  await client.connect();
  return client;
};
const count = async (client) => (await client.query("SELECT count(*)::int AS n FROM orders")).rows[0].n;
const insert = (client) => client.query("INSERT INTO orders (total) VALUES (1)");

for (const name of ["one", "another", "a third one"])
  test(`${name} has its own`, async ({ database }) => {
    const client = await connect(database);
    expect(await count(client)).toBe(1);
    await insert(client);
    expect(await count(client)).toBe(2);
    await database.resetRows();
    expect(await count(client)).toBe(1);
    await client.end();
  });

test("all of it comes back", async ({ database }) => {
  const client = await connect(database);
  await client.query("ALTER TABLE orders ADD note text DEFAULT 'x'");
  await insert(client);
  await client.end();
  await database.reset();
  const again = await connect(database);
  expect(await count(again)).toBe(1);
  await again.end();
});
