/** Numbers from 0 to 1 that follow from a seed (mulberry32, public domain). */
export function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Places where a cut hurts most. */
const hurting: Readonly<Record<string, (body: Buffer, at: number) => boolean>> = {
	'inside characters': (body, at) => (body[at] ?? 0) >= 0x80 && (body[at] ?? 0) < 0xc0,
	'inside escapes': (body, at) => body[at - 1] === 0x5c,
	'between the ends of lines': (body, at) => body[at] === 0x0a,
	'inside numbers of escapes': (body, at) => body[at - 2] === 0x5c && body[at - 1] === 0x75,
};

export interface Cutting {
	readonly name: string;
	readonly cuts: (body: Buffer) => readonly number[];
}

/** Ways to cut a body, by seed: at random, at every byte, at 64 KB, at all places that hurt. */
export function cuttingOf(seed: number): Cutting {
	const random = createRandom(seed);
	const kinds = Object.keys(hurting);
	const kind = seed % 8;
	if (kind === 0) return { name: '1 byte', cuts: everyOf(1) };
	if (kind === 1) return { name: '64 KB', cuts: everyOf(65_536) };
	const name = kinds[kind - 2];
	const hurts = name === undefined ? undefined : hurting[name];
	if (name !== undefined && hurts)
		return {
			name,
			cuts: (body) => {
				const all: number[] = [];
				for (let at = 1; at < body.length; at += 1) if (hurts(body, at)) all.push(at);
				return thinned(all, 400, random);
			},
		};
	const count = 1 + Math.floor(random() * 200);
	return {
		name: `${count} at random`,
		cuts: (body) => Array.from({ length: count }, () => Math.floor(random() * body.length)),
	};
}

const everyOf =
	(size: number) =>
	(body: Buffer): readonly number[] =>
		Array.from({ length: Math.ceil(body.length / size) }, (_, at) => (at + 1) * size);

const thinned = (all: readonly number[], most: number, random: () => number): readonly number[] =>
	all.length <= most ? all : all.filter(() => random() < most / all.length);
