import { fork } from 'node:child_process';
import {
	readdirSync,
	readFileSync,
	renameSync,
	symlinkSync,
	unlinkSync,
	writeFileSync,
} from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { codeOf, place, sha256, tree } from './fixture.ts';

/** Swaps a folder for a link to another one and back, as fast as it can, in a thread of its own. */
const swapper = `
const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
const { workerData, parentPort } = require('node:worker_threads');
const { folder, outside, flag } = workerData;
const stop = new Int32Array(flag);
let swaps = 0;
while (Atomics.load(stop, 0) === 0) {
	try {
		renameSync(folder, folder + '-real');
		symlinkSync(outside, folder);
		swaps++;
		unlinkSync(folder);
		renameSync(folder + '-real', folder);
	} catch {
		try { unlinkSync(folder); } catch {}
		try { renameSync(folder + '-real', folder); } catch {}
	}
}
parentPort.postMessage(swaps);
`;

describe('links made between check and use', () => {
	it('never lead a write, delete, rename or read outside', async () => {
		const { workspace, folder, outside } = await place();
		await workspace.write('src/target/secret.txt', 'inside');
		await writeFile(join(outside, 'a0.ts'), 'outside');
		const flag = new SharedArrayBuffer(4);
		const worker = new Worker(swapper, {
			eval: true,
			workerData: { folder: join(folder, 'src/target'), outside, flag },
		});
		const swaps = new Promise<number>((resolve) => worker.once('message', resolve));
		const codes = new Map<string, number>();
		const until = Date.now() + 2500;
		let read = '';
		for (let n = 0; Date.now() < until; n++) {
			const name = `src/target/a${String(n % 7)}.ts`;
			const work = [
				workspace.write(name, `write ${String(n)}`),
				workspace.rename(name, `src/target/b${String(n % 7)}.ts`),
				workspace.delete(`src/target/b${String(n % 7)}.ts`),
				workspace.read('src/target/secret.txt').then((file) => (read += file.text)),
				workspace.list(),
			];
			for (const code of await Promise.all(work.map(codeOf))) {
				codes.set(code, (codes.get(code) ?? 0) + 1);
			}
		}
		Atomics.store(new Int32Array(flag), 0, 1);
		expect(await swaps).toBeGreaterThan(100);
		await worker.terminate();
		expect(await tree(outside)).toEqual({ 'secret.txt': 'untouched', 'a0.ts': 'outside' });
		expect(read).not.toContain('untouched');
		// Both sides of the race were met, and each refusal had a name.
		expect(codes.get('done')).toBeGreaterThan(0);
		expect([...codes.keys()].filter((code) => !/^[a-z_]+$/.test(code))).toEqual([]);
		expect(codes.get('workspace_failure') ?? 0).toBe(0);
	});
});

describe('whole or not at all', () => {
	it('shows a reader the old text or the new one, never a part', async () => {
		const { workspace, folder } = await place();
		const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(300_000));
		const hashes = new Set(texts.map(sha256));
		await workspace.write('big.txt', texts[0] ?? '');
		const state = { writing: true };
		const writes = (async () => {
			for (let n = 0; n < 60; n++) await workspace.write('big.txt', texts[n % 3] ?? '');
			state.writing = false;
		})();
		let reads = 0;
		while (state.writing) {
			expect(hashes).toContain((await workspace.read('big.txt')).hash);
			expect(hashes).toContain(sha256(readFileSync(join(folder, 'big.txt'), 'utf8')));
			reads++;
		}
		await writes;
		expect(reads).toBeGreaterThan(10);
		expect(await readdir(folder)).toEqual(['big.txt']);
	});

	it('leaves whole files after kill -9, and the next start sweeps what was half written', async () => {
		const { workspace, again, folder, root } = await place();
		await workspace.write('src/a.txt', 'a'.repeat(200_000));
		const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));
		for (let round = 0; round < 5; round++) {
			const child = fork(writer, [root], { execArgv: [] });
			await new Promise((resolve) => child.once('message', resolve));
			await sleep(20 + round * 13);
			child.kill('SIGKILL');
			await new Promise((resolve) => child.once('exit', resolve));
			const text = readFileSync(join(folder, 'src/a.txt'), 'utf8');
			expect(text).toBe((text[0] ?? '').repeat(200_000));
		}
		const half = join(folder, 'src/.tinykit-0123456789abcdef.tmp');
		writeFileSync(half, 'half');
		expect((await workspace.list()).map((file) => file.path)).toEqual(['src/a.txt']);
		await again().list();
		expect(readdirSync(join(folder, 'src'))).toEqual(['a.txt']);
	});

	it('keeps a folder that was swapped away out of the answer "done"', async () => {
		const { workspace, folder, outside } = await place();
		await workspace.write('src/a.ts', 'x');
		await mkdir(join(folder, 'spare'));
		renameSync(join(folder, 'src'), join(outside, 'src'));
		symlinkSync(join(outside, 'src'), join(folder, 'src'));
		expect(await codeOf(workspace.write('src/a.ts', 'evil'))).toBe('path_is_link');
		unlinkSync(join(folder, 'src'));
		expect(readFileSync(join(outside, 'src/a.ts'), 'utf8')).toBe('x');
	});
});
