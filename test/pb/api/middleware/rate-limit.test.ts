import { beforeEach, describe, expect, it } from 'vitest';
import {
	createRateLimiter,
	type RateLimiter,
	type RateRequest,
} from '../../../../pb/api/middleware/rate-limit.ts';
import type { AuthRecord, Collection, Settings } from '../../../../pb/core/index.ts';

type Rule = Settings['rateLimits']['rules'][number];
const rule = (label: string, maxRequests: number, audience: Rule['audience'] = ''): Rule => ({
	label,
	audience,
	duration: 10,
	maxRequests,
});
const settings = (rules: Rule[], excludedIPs: string[] = []): Settings =>
	({ rateLimits: { enabled: true, rules, excludedIPs } }) as unknown as Settings;
const posts = { id: 'c1', name: 'posts' } as Collection;
const user = { isSuperuser: false } as AuthRecord;

let limiter: RateLimiter;
let request: RateRequest;
beforeEach(() => {
	limiter = createRateLimiter();
	request = {
		settings: settings([]),
		method: 'GET',
		path: '/api/a',
		auth: undefined,
		ip: '1.1.1.1',
		now: 0,
	};
});

/** How many of ten requests get through. */
const passes = (change: Partial<RateRequest>, actions?: string[]): number => {
	let passed = 0;
	for (let i = 0; i < 10; i++) {
		try {
			if (actions) limiter.checkCollection({ ...request, ...change }, posts, actions);
			else limiter.checkPath({ ...request, ...change });
			passed += 1;
		} catch (error) {
			expect(error).toMatchObject({ status: 429, message: 'Too Many Requests.' });
		}
	}
	return passed;
};

describe('createRateLimiter', () => {
	it.each<[string, Rule[], Partial<RateRequest>, number]>([
		['no rule', [], {}, 10],
		['a path', [rule('/api/a', 3)], {}, 3],
		['a prefix', [rule('/api/', 4)], {}, 4],
		['another path', [rule('/api/b', 3)], {}, 10],
		['a method', [rule('POST /api/a', 3)], {}, 10],
		['a path before a prefix', [rule('/api/', 1), rule('/api/a', 5)], {}, 5],
		['guests only', [rule('/api/a', 3, '@guest')], { auth: user }, 10],
		['signed-in people only', [rule('/api/a', 3, '@auth')], { auth: user }, 3],
		['superusers', [rule('/api/a', 3)], { auth: { ...user, isSuperuser: true } }, 10],
		['zero requests', [rule('/api/a', 0)], {}, 0],
	])('%s', (_, rules, change, expected) => {
		expect(passes({ settings: settings(rules), ...change })).toBe(expected);
	});

	it.each<[string, Rule[], string[], number]>([
		['its own action', [rule('*:list', 9), rule('posts:list', 2)], ['list'], 2],
		['any collection', [rule('*:list', 3)], ['list'], 3],
		['the general action', [rule('*:auth', 4)], ['authWithPassword', 'auth'], 4],
		[
			'the more specific action',
			[rule('*:auth', 4), rule('*:authWithPassword', 2)],
			['authWithPassword', 'auth'],
			2,
		],
		['the path', [rule('/api/', 5)], ['list'], 5],
	])('counts an action by %s', (_, rules, actions, expected) => {
		expect(passes({ settings: settings(rules) }, actions)).toBe(expected);
	});

	it('counts each address apart and starts anew after the window', () => {
		const limited = { settings: settings([rule('/api/a', 3)]) };
		expect(passes(limited)).toBe(3);
		expect(passes({ ...limited, ip: '2.2.2.2' })).toBe(3);
		expect(passes({ ...limited, now: 9_999 })).toBe(0);
		expect(passes({ ...limited, now: 10_000 })).toBe(3);
	});

	it('spares excluded addresses and forgets counts when the settings change', () => {
		const rules = [rule('/api/a', 3)];
		expect(passes({ settings: settings(rules, ['1.1.1.0/24']) })).toBe(10);
		const limited = { settings: settings(rules) };
		expect(passes(limited)).toBe(3);
		expect(passes({ settings: settings(rules) })).toBe(3);
	});
});
