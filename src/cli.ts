import { TinykitError } from '#lib/contracts/index.ts';
import { backupCommand } from './cli/backup.ts';
import { readEnv } from './cli/environment.ts';
import { start } from './cli/start.ts';
import { superuserCommand } from './cli/superuser.ts';

const help = `tinykit - a self-hosted AI app builder

  tinykit start                               serve the builder and its apps
  tinykit backup create                       back everything up into one file
  tinykit backup list
  tinykit backup verify FILE                  open a backup and check every byte of it
  tinykit backup restore FILE                 put a backup back (the server must be stopped)
  tinykit superuser upsert EMAIL PASSWORD     for the builder's own backend

Settings come from the environment and .env; see .env.example.`;

/**
 * Runs one command.
 * @param argv words after the program's name
 * @returns the exit code; expected failures print one sentence, no stack trace
 */
export async function main(argv: readonly string[]): Promise<number> {
	const [command = 'help', ...rest] = argv;
	try {
		switch (command) {
			case 'start':
				return await start(readEnv());
			case 'backup':
				return await backupCommand(rest, readEnv());
			case 'superuser':
				return await superuserCommand(rest, readEnv());
			case 'help':
			case '--help':
			case '-h':
				console.log(help);
				return 0;
			default:
				console.error(`tinykit: there is no command "${command}"; see tinykit help`);
				return 2;
		}
	} catch (error) {
		if (error instanceof TinykitError) {
			console.error(`tinykit: ${error.message}`);
			return 1;
		}
		console.error('tinykit: something unexpected went wrong:', error);
		return 1;
	}
}
