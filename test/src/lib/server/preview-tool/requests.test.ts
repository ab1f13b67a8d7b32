import { describe, expect, it } from 'vitest';
import type { PreviewResult } from '#lib/contracts/index.ts';
import { createPreviewRequests, findChromium } from '#lib/server/preview-tool/index.ts';

const result: PreviewResult = {
	path: '/',
	title: '',
	steps: [],
	console: [],
	failed: [],
	text: '',
};
const signal = new AbortController().signal;

describe('requests to a studio', () => {
	it('take one answer, of the run, request and nonce that were asked', async () => {
		const requests = createPreviewRequests();
		const waiting = requests.expect('run', { id: 'a', nonce: 'n' }, 60_000, signal);
		for (const [run, id, nonce] of [
			['other', 'a', 'n'],
			['run', 'b', 'n'],
			['run', 'a', 'm'],
		] as const)
			expect(() => requests.report(run, { id, nonce, result })).toThrow('not the one');
		requests.report('run', { id: 'a', nonce: 'n', result });
		expect(await waiting).toEqual(result);
		expect(() => requests.report('run', { id: 'a', nonce: 'n', result })).toThrow('not the one');
	});

	it('end without an answer after their time, and when the run stops', async () => {
		const requests = createPreviewRequests();
		expect(await requests.expect('run', { id: 'a', nonce: 'n' }, 1, signal)).toBeUndefined();
		const stopped = requests.expect('run', { id: 'b', nonce: 'n' }, 60_000, AbortSignal.abort());
		expect(await stopped).toBeUndefined();
		expect(() => requests.report('run', { id: 'a', nonce: 'n', result })).toThrow('not the one');
	});
});

describe('the chromium of a machine', () => {
	const node = process.execPath;
	it.each([
		['a path that is set', { path: node, searchPath: '', sandbox: true }, false, 'found'],
		['off', { path: 'off', searchPath: '/usr/bin', sandbox: true }, false, 'is off'],
		[
			'a path to nothing',
			{ path: '/nowhere/x', searchPath: '', sandbox: true },
			false,
			'no program',
		],
		[
			'nothing on PATH',
			{ path: undefined, searchPath: '/nowhere:relative', sandbox: true },
			false,
			'No chromium',
		],
		['root with a sandbox', { path: node, searchPath: '', sandbox: true }, true, 'under root'],
		['root without one', { path: node, searchPath: '', sandbox: false }, true, 'found'],
	] as const)('%s', (_name, settings, isRoot, expected) => {
		const found = findChromium(settings, isRoot);
		expect(found.kind === 'found' ? 'found' : found.why).toContain(expected);
	});
});
