import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { memoryOf } from '#lib/server/preview/worker/memory.ts';
import { studio } from './fixture.ts';

const hello = { 'src/App.svelte': '<h1>Hello</h1>' };

/** Waits until something is so; the machine may be slow. */
async function until(check: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await check())) await sleep(10);
}

async function isGone(pid: number): Promise<boolean> {
	try {
		// A zombie has ended too.
		return /^State:\s+[ZX]/m.test(await readFile(`/proc/${String(pid)}/status`, 'utf8'));
	} catch {
		return true;
	}
}

async function childrenOf(pid: number): Promise<number[]> {
	const id = String(pid);
	const text = await readFile(`/proc/${id}/task/${id}/children`, 'utf8');
	return text.split(' ').filter(Boolean).map(Number);
}

const isLinux = process.platform === 'linux';

describe('the compiler process', () => {
	it('starts with the first build, or when it is warmed', async () => {
		const { write, preview, again } = await studio();
		expect(preview.compilerPid).toBeUndefined();
		await write(hello);
		await preview.build('demo');
		expect(preview.compilerPid).toBeTypeOf('number');
		const other = again();
		other.warm();
		expect(other.compilerPid).toBeTypeOf('number');
	});

	it.runIf(isLinux)('has nothing of the environment, nor has its own child', async () => {
		process.env['TINYKIT_TEST_SECRET'] = 'do-not-hand-on';
		try {
			const { write, preview } = await studio();
			await write(hello);
			await preview.build('demo');
			const pid = preview.compilerPid ?? 0;
			const children = await childrenOf(pid);
			expect(children.length).toBeGreaterThan(0);
			for (const one of [pid, ...children]) {
				const environ = await readFile(`/proc/${String(one)}/environ`, 'utf8');
				const names = environ
					.split('\0')
					.filter(Boolean)
					.map((line) => line.split('=')[0]);
				// Node's own channel to its parent.
				expect(names.filter((name) => !name?.startsWith('NODE_CHANNEL_'))).toEqual([]);
			}
		} finally {
			delete process.env['TINYKIT_TEST_SECRET'];
		}
	});

	it('is started again after it died between two builds', async () => {
		const { write, preview } = await studio();
		await write(hello);
		await preview.build('demo');
		const first = preview.compilerPid ?? 0;
		process.kill(first, 'SIGKILL');
		await write({ 'src/App.svelte': '<h1>Again</h1>' });
		expect(await preview.build('demo')).toMatchObject({ ok: true });
		expect(preview.compilerPid).not.toBe(first);
	});

	it('is started again when it dies in the middle of a build', async () => {
		const { write, preview } = await studio();
		await write(hello);
		await preview.build('demo');
		const first = preview.compilerPid ?? 0;
		process.kill(first, 'SIGSTOP');
		await write({ 'src/App.svelte': '<h1>Again</h1>' });
		const build = preview.build('demo');
		await sleep(200);
		process.kill(first, 'SIGKILL');
		expect(await build).toMatchObject({ ok: true });
	});

	it('is ended when it takes too long; the last good build stays and the next build works', async () => {
		const { write, again, get } = await studio();
		const preview = again({ limits: { timeMs: 8000 } });
		await write(hello);
		const good = await preview.build('demo');
		expect(good.ok).toBe(true);
		const pid = preview.compilerPid ?? 0;
		process.kill(pid, 'SIGSTOP');
		await write({ 'src/App.svelte': '<h1>Stuck</h1>' });
		const stuck = await preview.build('demo');
		expect(stuck).toMatchObject({ ok: false, serving: good.build });
		expect(stuck.problems.map(({ code }) => code)).toEqual(['build_timeout']);
		if (isLinux) await until(() => isGone(pid));
		// Not the source's fault: the same source is tried again.
		expect(await preview.build('demo')).toMatchObject({ ok: true, build: stuck.build });
		expect((await get('/')).status).toBe(200);
	});

	it.runIf(isLinux)('is ended when it takes too much memory', async () => {
		const { write, again } = await studio();
		const preview = again({ limits: { memoryBytes: 20 * 1024 * 1024 } });
		await write(hello);
		preview.warm();
		const pid = preview.compilerPid ?? 0;
		// Held when it has grown, so that it is measured before it has answered.
		await until(async () => (await memoryOf(pid)) > 30 * 1024 * 1024);
		process.kill(pid, 'SIGSTOP');
		const { problems } = await preview.build('demo');
		expect(problems.map(({ code }) => code)).toEqual(['build_memory']);
		await until(() => isGone(pid));
	});

	it('is ended when nobody builds for a while', async () => {
		const { write, again } = await studio();
		const preview = again({ limits: { idleMs: 50 } });
		await write(hello);
		await preview.build('demo');
		await until(() => preview.compilerPid === undefined);
		await write({ 'src/App.svelte': '<h1>Later</h1>' });
		expect(await preview.build('demo')).toMatchObject({ ok: true });
	});

	it.runIf(isLinux)('ends with the preview, with its own child', async () => {
		const { write, preview } = await studio();
		await write(hello);
		await preview.build('demo');
		const pid = preview.compilerPid ?? 0;
		const children = await childrenOf(pid);
		await preview.close();
		await until(async () => (await Promise.all([pid, ...children].map(isGone))).every(Boolean));
		expect(preview.compilerPid).toBeUndefined();
		preview.warm();
		expect(preview.compilerPid).toBeUndefined();
	});

	it.runIf(isLinux)('does not outlive a server that is killed', async () => {
		const { base, write } = await studio();
		await write(hello);
		const program = fileURLToPath(new URL('./builder.ts', import.meta.url));
		const server = fork(program, [join(base, 'workspace')], { execArgv: [] });
		const told = await new Promise<unknown>((resolve) => server.once('message', resolve));
		const { ok, pid } = told as { readonly ok: boolean; readonly pid: number };
		expect(ok).toBe(true);
		const children = await childrenOf(pid);
		server.kill('SIGKILL');
		await until(async () => (await Promise.all([pid, ...children].map(isGone))).every(Boolean));
	});

	it('survives source that is hard on it', async () => {
		const { write, preview } = await studio();
		const deep = `${'{#if true}'.repeat(3000)}x${'{/if}'.repeat(3000)}`;
		await write({ 'src/App.svelte': deep });
		expect((await preview.build('demo')).problems.length).toBeLessThan(2);
		await write({
			'src/App.svelte': `<script>const a = ${'('.repeat(20_000)}1${')'.repeat(20_000)};</script>`,
		});
		expect((await preview.build('demo')).problems.length).toBeLessThan(2);
		await write(hello);
		expect(await preview.build('demo')).toMatchObject({ ok: true });
	});
});

describe('what is read', () => {
	it('is nothing outside the workspace, whatever a map comment says', async () => {
		const { base, write, preview, get } = await studio();
		await write({
			'src/App.svelte':
				"<script>import { x } from './x.js'; import './x.css';</script><h1>{x}</h1>",
			'src/x.js': `export const x = 1;\n//# sourceMappingURL=${join(base, 'secret.map')}\n`,
			'src/x.css': `h1 { color: red }\n/*# sourceMappingURL=${join(base, 'secret.map')} */\n`,
			'src/app.css':
				'@import "tailwindcss";\n@source "/etc/passwd";\n@source inline("underline");\n',
		});
		expect(await preview.build('demo')).toMatchObject({ ok: true, problems: [] });
		const html = await (await get('/')).text();
		expect(html).not.toContain('secret');
	});
});
