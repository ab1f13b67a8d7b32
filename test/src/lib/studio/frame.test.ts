import { describe, expect, it } from 'vitest';
import type { FrameMessage } from '#lib/contracts/index.ts';
import { frameAddress, handOver, readFrameMessage } from '#lib/studio/preview/frame.ts';

const page = 'http://localhost:3000/tinykit/apps/a';

describe('frameAddress', () => {
	it('takes a draft on another origin', () => {
		expect(frameAddress('http://a--draft.localhost:3000/', page)).toEqual({
			url: 'http://a--draft.localhost:3000/',
			origin: 'http://a--draft.localhost:3000',
		});
	});

	it('takes a place in the app, and no other host', () => {
		const draft = 'http://a--draft.localhost:3000/';
		expect(frameAddress(draft, page, '/#/about').url).toBe(`${draft}#/about`);
		expect(() => frameAddress(draft, page, '//evil.example/')).toThrow('no place in the app');
	});

	it.each([
		'http://localhost:3000/a/',
		'javascript:alert(1)',
		'data:text/html,x',
		'blob:http://localhost:3000/1',
		'/a',
		'',
	])('refuses %j', (url) => {
		expect(() => frameAddress(url, page)).toThrow(TypeError);
	});
});

describe('readFrameMessage', () => {
	const booted = { type: 'booted', build: 'b', nonce: 'n', errors: [] };
	it.each([
		['booted', booted, true],
		['console', { type: 'console', level: 'log', text: '<b>' }, true],
		['an unknown type', { type: 'eval', text: 'x' }, false],
		['an unknown level', { type: 'console', level: 'fatal', text: 'x' }, false],
		['a text that is too long', { type: 'error', text: 'x'.repeat(8001) }, false],
		['too many errors', { ...booted, errors: Array.from({ length: 51 }, () => 'e') }, false],
		[
			'more than 64 KB in all',
			{ ...booted, errors: Array.from({ length: 50 }, () => 'ü'.repeat(2000)) },
			false,
		],
		['something else', 'booted', false],
		['nothing', undefined, false],
		['a number without JSON', 1n, false],
	])('%s', (_name, data, accepted) => {
		expect(readFrameMessage(data) !== undefined).toBe(accepted);
	});

	it('refuses what refers to itself', () => {
		const loop: Record<string, unknown> = { ...booted };
		loop['self'] = loop;
		expect(readFrameMessage(loop)).toBeUndefined();
	});
});

describe('handOver', () => {
	it('names the exact origin and hears only messages of the known form', async () => {
		const sent: unknown[] = [];
		const heard: FrameMessage[] = [];
		let port: MessagePort | undefined;
		const target = {
			postMessage: (message: unknown, origin: unknown, transfer: readonly MessagePort[]) => {
				sent.push([message, origin]);
				[port] = transfer;
			},
		} as unknown as Pick<Window, 'postMessage'>;
		await new Promise<void>((resolve) => {
			const link = handOver(target, 'http://a--draft.localhost', 'n1', (message) => {
				heard.push(message);
				link.close();
				resolve();
			});
			port?.postMessage({ type: 'nonsense' });
			port?.postMessage({ type: 'navigated', path: '/x' });
		});
		port?.close();
		expect(sent).toEqual([[{ type: 'tinykit:hello', nonce: 'n1' }, 'http://a--draft.localhost']]);
		expect(heard).toEqual([{ type: 'navigated', path: '/x' }]);
	});
});
