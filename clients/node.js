// Node: lease() gives a fresh database. Save it as pgassay.js. In Jest, Vitest or node:test:
//   let database;
//   beforeEach(async () => { database = await lease(); });
//   afterEach(() => database.release());
// Run: pgassay exec --tcp --workers 4 suites/shop.yaml -- npx jest
const ask = async (method, path) => {
  const answer = await fetch(process.env.PGASSAY_LEASES + path, { method });
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.status === 204 ? null : answer.json();
};

exports.lease = async (name) => {
  const { id, url } = await ask("POST", "/databases" + (name ? `?database=${name}` : ""));
  return {
    url,
    reset: () => ask("POST", `/databases/${id}/reset`), // a fresh copy; ends the sessions on it
    resetRows: () => ask("POST", `/databases/${id}/rows`), // its rows alone; sessions stay
    release: () => ask("DELETE", `/databases/${id}`),
  };
};
