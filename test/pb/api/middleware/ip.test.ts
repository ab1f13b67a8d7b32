import { describe, expect, it } from 'vitest';
import { isInList, realIp } from '../../../../pb/api/middleware/ip.ts';
import type { ApiRequest } from '../../../../pb/api/types.ts';

const request = (headers: Record<string, string>, remoteAddress = '10.0.0.1'): ApiRequest =>
	({ header: (name: string) => headers[name], remoteAddress }) as unknown as ApiRequest;

describe('realIp', () => {
	it.each([
		['believes no header by default', { 'x-forwarded-for': '1.1.1.1' }, [], false, '10.0.0.1'],
		[
			'takes the last address',
			{ 'x-forwarded-for': '1.1.1.1, 2.2.2.2' },
			['X-Forwarded-For'],
			false,
			'2.2.2.2',
		],
		[
			'takes the first one if told so',
			{ 'x-forwarded-for': '1.1.1.1, 2.2.2.2' },
			['X-Forwarded-For'],
			true,
			'1.1.1.1',
		],
		[
			'skips what is no address',
			{ 'x-forwarded-for': '1.1.1.1, unknown' },
			['X-Forwarded-For'],
			false,
			'1.1.1.1',
		],
		['goes on to the next header', { b: '3.3.3.3', a: 'x' }, ['A', 'B'], false, '3.3.3.3'],
		['falls back to the peer', { a: '' }, ['A'], false, '10.0.0.1'],
	])('%s', (_, headers, trusted, useLeftmostIP, expected) => {
		expect(
			realIp(request(headers as Record<string, string>), { headers: trusted, useLeftmostIP }),
		).toBe(expected);
	});

	it('shows an IPv4 peer of a dual-stack socket plainly', () => {
		const peer = request({}, '::ffff:1.2.3.4');
		expect(realIp(peer, { headers: [], useLeftmostIP: false })).toBe('1.2.3.4');
	});
});

describe('isInList', () => {
	it.each([
		[['1.2.3.4'], '1.2.3.4', true],
		[['1.2.3.4'], '1.2.3.5', false],
		[['10.0.0.0/8'], '10.200.0.1', true],
		[['10.0.0.0/8'], '11.0.0.1', false],
		[['2001:db8::/32'], '2001:db8::1', true],
		[['::1'], '0:0:0:0:0:0:0:1', true],
		[['nonsense', '1.2.3.4/99', '1.2.3.4/'], '1.2.3.4', false],
		[[], '1.2.3.4', false],
		[['0.0.0.0/0'], '', false],
	])('%j %s', (list, address, expected) => {
		expect(isInList(list, address)).toBe(expected);
	});
});
