import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenForCommands, sendCommand, socketPath } from '../../../../src/lib/server/control.ts';
import { openInstallation, type Installation } from './support/installation.ts';

let tinykit: Installation;
let dir: string;
beforeEach(async () => {
	tinykit = await openInstallation();
	dir = await mkdtemp(join(tmpdir(), 'tinykit-control-'));
});
afterEach(async () => {
	await tinykit.close();
	await rm(dir, { recursive: true, force: true });
});

describe('the control socket', () => {
	it.each([
		['beside the data', () => dir],
		['elsewhere when that name is too long', () => join(dir, 'x'.repeat(120))],
	])('is this user’s alone, %s', async (_where, dataDir) => {
		await mkdir(dataDir(), { recursive: true });
		const mask = process.umask(0);
		const control = await listenForCommands(dataDir(), tinykit.runtime).finally(() =>
			process.umask(mask),
		);
		const path = socketPath(dataDir());
		const { mode } = await lstat(path);
		expect((mode & 0o777).toString(8)).toBe('600');
		if (!path.startsWith(dataDir())) expect((await lstat(dirname(path))).mode & 0o077).toBe(0);
		expect(await sendCommand(dataDir(), { name: 'backup list' })).toEqual([]);
		await expect(
			sendCommand(dataDir(), { name: 'backup verify', key: '../../etc/passwd' }),
		).rejects.toMatchObject({ code: 'backup_not_found' });
		// One that never ends its request keeps nothing open.
		const hanging = connect(path);
		await new Promise((resolve) => hanging.once('connect', resolve));
		const closed = new Promise((resolve) => hanging.once('close', resolve));
		hanging
			.on('error', () => undefined)
			.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n');
		await sendCommand(dataDir(), { name: 'backup list' });
		control.close();
		await closed;
	});
});
