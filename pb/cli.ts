/*
 * The backend on its own, with the words and flags of PocketBase's CLI:
 *   node pb/cli.ts serve --http 127.0.0.1:8090 --dir pb_data
 *   node pb/cli.ts superuser upsert EMAIL PASSWORD --dir pb_data
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const help = `Usage: node pb/cli.ts <command> [flags]

Commands:
  serve                                        serves the API and pb_public
  superuser create|update|upsert EMAIL PASSWORD
  superuser delete EMAIL

Flags:
  --dir DIR              data directory (pb_data)
  --http HOST:PORT       address (127.0.0.1:8090)
  --origins LIST         whose pages may read answers (*)
  --publicDir DIR        static files (pb_public beside the data directory)
  --indexFallback=false  no index page for paths without a file
  --queryTimeout N       seconds a query may take (30)
  --encryptionEnv NAME   variable that holds the 32 characters which encrypt the settings
  --durability MODE      full (a success is on disk) or normal (PocketBase's)
`;

/**
 * Node strips types with a module of 30 MB that is not needed for a file it has compiled before. Beside the packages,
 * not in the shared temporary directory, where somebody else could put code for us.
 */
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'node-compile'));

async function main(argv: readonly string[]): Promise<void> {
	// Loaded only now, so that a wrong version of Node gets a sentence and no syntax error of a deeper file.
	const { isOn, parseArgs, UsageError } = await import('./cli/args.ts');
	const args = parseArgs(argv);
	const [command] = args.positional;
	if (isOn(args, 'help', false) || command === undefined) {
		console.log(help);
		return;
	}
	switch (command) {
		case 'serve':
			return (await import('./cli/serve.ts')).serve(args);
		case 'superuser':
			return (await import('./cli/superuser.ts')).superuser(args);
		default:
			throw new UsageError(`There is no command ${command}; try --help.`);
	}
}

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
	console.error(`Node 24 or newer is needed, this is ${process.versions.node}.`);
	process.exit(1);
}
try {
	await main(process.argv.slice(2));
} catch (error) {
	console.error(error instanceof Error ? error.message : String(error));
	process.exit(1);
}
