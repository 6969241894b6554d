// Applies migrations by Prisma's own engine: its list, its order, its history. What is missing in a package of npm is the
// program that talks to the server; so the script is sent here, as a whole, as Prisma did up to 7.3.
//
//     node deploy.mjs DIRECTORY URL
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [directory, url] = process.argv.slice(2);
const require = createRequire(path.join(process.cwd(), "x.js"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const bindings = await load("@prisma/schema-engine-wasm/schema_engine_bg");
const { PrismaPg } = await load("@prisma/adapter-pg");
const { bindMigrationAwareSqlAdapterFactory } = await load("@prisma/driver-adapter-utils");

class WholeScripts extends PrismaPg {
	async connect() {
		const adapter = await super.connect();
		adapter.executeScript = async (script) => {
			await adapter.client.query(script);
		};
		return adapter;
	}
}

const binary = require.resolve("@prisma/schema-engine-wasm/schema_engine_bg").replace(/\.js$/, ".wasm");
const { instance } = await WebAssembly.instantiate(fs.readFileSync(binary), { "./schema_engine_bg.js": bindings });
bindings.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();
const engine = await bindings.SchemaEngine.new(
	{ datamodels: [["schema.prisma", 'datasource db {\n  provider = "postgresql"\n}\n']] },
	() => {},
	bindMigrationAwareSqlAdapterFactory(new WholeScripts({ connectionString: url })),
);

function read(file) {
	try {
		return { tag: "ok", value: fs.readFileSync(file, "utf8") };
	} catch (error) {
		return { tag: "error", value: String(error.code) };
	}
}

const lock = path.join(directory, "migration_lock.toml");
const names = fs
	.readdirSync(directory, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map((entry) => entry.name)
	.sort((a, b) => a.localeCompare(b));
try {
	const done = await engine.applyMigrations({
		filters: { externalTables: [], externalEnums: [] },
		migrationsList: {
			baseDir: directory,
			shadowDbInitScript: "",
			lockfile: { path: lock, content: fs.existsSync(lock) ? fs.readFileSync(lock, "utf8") : null },
			migrationDirectories: names.map((name) => ({
				path: name,
				migrationFile: { path: "migration.sql", content: read(path.join(directory, name, "migration.sql")) },
			})),
		},
	});
	console.log(JSON.stringify(done));
} catch (error) {
	console.log(error.message);
	process.exit(1);
}
process.exit(0);
