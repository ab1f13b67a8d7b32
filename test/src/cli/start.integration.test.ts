import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let dir: string;
beforeEach(async () => {
	dir = await mkdtemp(join(tmpdir(), 'tinykit-start-'));
	await writeFile(join(dir, 'file'), '');
	await mkdir(join(dir, 'broken'));
	await writeFile(join(dir, 'broken/data.db'), 'this is no database');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Starts the product with settings it cannot work with. */
async function start(settings: Readonly<Record<string, string>>): Promise<[unknown, string]> {
	const child = spawn(process.execPath, ['bin/tinykit.mjs', 'start'], {
		env: {
			...process.env,
			PORT: '0',
			TINYKIT_DATA_DIR: join(dir, 'data'),
			TINYKIT_WORKSPACE_DIR: join(dir, 'workspace'),
			TINYKIT_BACKUP_DIR: join(dir, 'backups'),
			TINYKIT_KEY_FILE: join(dir, 'key'),
			...settings,
		},
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	let text = '';
	child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
	const [code] = (await once(child, 'close')) as [number | null];
	return [code, text.replaceAll(dir, 'DIR')];
}

describe('a start that cannot be', () => {
	it.each([
		[{ PORT: 'many' }, 'PORT must be a port number from 0 to 65535.'],
		[{ TINYKIT_DATA_DIR: 'file/data' }, 'The data directory DIR/file/data cannot be written.'],
		[{ TINYKIT_WORKSPACE_DIR: 'file/w' }, 'The workspace directory DIR/file/w cannot be made.'],
		[{ TINYKIT_KEY_FILE: 'file/key' }, 'The key file DIR/file/key cannot be read or made.'],
		[
			{ TINYKIT_DATA_DIR: 'broken' },
			'The data directory DIR/broken cannot be opened: file is not a database',
		],
	] as const)('%o: one sentence and exit code 1', async (settings, sentence) => {
		const placed = Object.entries(settings).map(([name, value]) => [
			name,
			name === 'PORT' ? value : join(dir, value),
		]);
		expect(await start(Object.fromEntries(placed) as Record<string, string>)).toEqual([
			1,
			`tinykit: ${sentence}\n`,
		]);
	});
});
