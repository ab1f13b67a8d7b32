import { describe, expect, it } from 'vitest';
import {
	createRandom,
	formatDate,
	ID_ALPHABET,
	LruCache,
	Mutex,
	newId,
	WeakCache,
} from '../../../pb/lib/index.ts';

describe('formatDate', () => {
	it.each([
		[0, '1970-01-01 00:00:00.000Z'],
		[1_772_600_767_089, '2026-03-04 05:06:07.089Z'],
	])('writes %d as %s', (time, text) => {
		expect(formatDate(new Date(time))).toBe(text);
	});
});

describe('createRandom', () => {
	it('draws evenly: bytes past the last whole multiple of the alphabet are skipped', () => {
		// 0..255 in turn, so that each of 3 characters comes up 85 times and 255 is skipped.
		let next = 0;
		const random = createRandom((target) => {
			for (let i = 0; i < target.length; i++) target[i] = next++ % 256;
		});
		const text = random.text(255, 'abc');
		const count = (character: string): number => text.split(character).length - 1;
		expect([count('a'), count('b'), count('c')]).toEqual([85, 85, 85]);
	});

	it('gives different ids of 15 characters of a-z0-9', () => {
		const random = createRandom();
		const ids = new Set(Array.from({ length: 1000 }, () => newId(random)));
		expect(ids.size).toBe(1000);
		for (const id of ids) expect(id).toMatch(/^[a-z0-9]{15}$/);
		expect(random.bytes(40)).toHaveLength(40);
		expect(random.text(0)).toBe('');
	});

	it.each(['', 'a', ID_ALPHABET.repeat(8)])('refuses the alphabet %j', (alphabet) => {
		expect(() => createRandom().text(5, alphabet)).toThrow(RangeError);
	});
});

describe('Mutex', () => {
	it('lets in one at a time, in order, also after an error', async () => {
		const mutex = new Mutex();
		const log: string[] = [];
		const work = (name: string, fails = false) =>
			mutex.run(async () => {
				log.push(`+${name}`);
				await new Promise((resolve) => setImmediate(resolve));
				log.push(`-${name}`);
				if (fails) throw new Error(name);
				return name;
			});
		const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
		expect(log).toEqual(['+a', '-a', '+b', '-b', '+c', '-c']);
		expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
		expect(mutex.isBusy).toBe(false);
	});

	it('counts a release once', async () => {
		const mutex = new Mutex();
		const first = await mutex.acquire();
		const second = mutex.acquire();
		const third = mutex.acquire();
		first();
		first();
		const release = await second;
		let isThird = false;
		void third.then(() => (isThird = true));
		await new Promise((resolve) => setImmediate(resolve));
		expect(isThird).toBe(false);
		expect(mutex.isBusy).toBe(true);
		release();
		(await third)();
		expect(mutex.isBusy).toBe(false);
	});
});

describe('LruCache', () => {
	it('drops what was unused for longest', () => {
		const cache = new LruCache<string, number>(2);
		cache.set('a', 1);
		cache.set('b', 2);
		expect(cache.get('a')).toBe(1);
		cache.set('c', 3);
		expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
		cache.set('c', 4);
		expect([cache.size, cache.get('a'), cache.get('c')]).toEqual([2, 1, 4]);
		cache.delete('a');
		expect(cache.size).toBe(1);
		cache.clear();
		expect(cache.get('c')).toBeUndefined();
		expect(() => new LruCache(0)).toThrow(RangeError);
	});

	it('counts what its entries weigh', () => {
		const cache = new LruCache<string, number>(10, (key, value) => key.length + value);
		const held = (...keys: string[]) => keys.filter((key) => cache.get(key) !== undefined);
		cache.set('a', 4);
		cache.set('b', 4);
		expect(held('a', 'b')).toEqual(['a', 'b']);
		cache.set('c', 0);
		expect(held('a', 'b', 'c')).toEqual(['b', 'c']);
		cache.set('c', 1);
		cache.set('d', 2);
		expect(held('b', 'c', 'd')).toEqual(['b', 'c', 'd']);
		cache.set('large', 6);
		expect(held('b', 'c', 'd', 'large')).toEqual(['b', 'c', 'd']);
		cache.delete('b');
		cache.set('e', 4);
		expect(held('c', 'd', 'e')).toEqual(['c', 'd', 'e']);
		cache.clear();
		cache.set('f', 9);
		expect(held('c', 'f')).toEqual(['f']);
	});
});

describe('WeakCache', () => {
	it('starts anew when its bytes are used up, and keeps nothing that takes much of them', () => {
		const cache = new WeakCache<object, string>(80);
		const keys = Array.from({ length: 9 }, () => ({}));
		for (const key of keys.slice(0, 8)) cache.set(key, 'k', 10);
		expect(keys.map((key) => cache.get(key))).toEqual([
			...keys.slice(0, 8).map(() => 'k'),
			undefined,
		]);
		cache.set(keys[8]!, 'large', 11);
		expect(cache.get(keys[8]!)).toBeUndefined();
		cache.set(keys[8]!, 'ninth', 10);
		expect(keys.map((key) => cache.get(key))).toEqual([
			...keys.slice(0, 8).map(() => undefined),
			'ninth',
		]);
	});
});
