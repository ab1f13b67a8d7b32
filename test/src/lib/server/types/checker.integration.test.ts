import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
	createTypeChecker,
	defaultCheckerLimits,
	type AppSource,
	type CheckerLimits,
	type TypeChecker,
	type TypesResult,
} from '#lib/server/types/index.ts';
import { clientTypes } from '#lib/server/typed-client/index.ts';

const never = new AbortController().signal;
const source = (files: Readonly<Record<string, string>>, client = clientTypes([])): AppSource => ({
	files: new Map(Object.entries(files)),
	client,
	collections: new Map(),
});

const checkers: TypeChecker[] = [];
const checker = (limits: Partial<CheckerLimits> = {}): TypeChecker => {
	const made = createTypeChecker({ ...defaultCheckerLimits, ...limits });
	checkers.push(made);
	return made;
};
afterEach(async () => {
	await Promise.all(checkers.splice(0).map((one) => one.close()));
});

let shared: TypeChecker | undefined;
async function check(files: Readonly<Record<string, string>>): Promise<TypesResult> {
	shared ??= createTypeChecker();
	const outcome = await shared.check(source(files), never);
	if (outcome.kind !== 'checked') throw new Error(outcome.why);
	return outcome.result;
}
const codes = ({ problems }: TypesResult): readonly string[] =>
	problems.map(({ path, line, code }) => `${path ?? ''}:${String(line ?? 0)} ${code}`);

describe('plain code that promises no types', () => {
	it.each<readonly [string, string]>([
		[
			'empty lists and null',
			`let a = $state([]); let b = $state(null); a.push({ x: 1 }); b = { y: 2 };</script>{a[0].x}{b.y}`,
		],
		[
			'functions without types',
			`const f = (a, b) => a.map((c) => c[b]); f([{ d: 1 }], 'd');</script>{f([], 'x')}`,
		],
		[
			'an element of the page',
			`const go = () => { document.getElementById('x').focus(); document.querySelector('input').value = ''; };</script><input id="x" /><button onclick={go}>x</button>`,
		],
		[
			'the target of an event',
			`const go = (event) => console.log(event.target.value);</script><input oninput={(e) => go(e)} onchange={(e) => console.log(e.target.value, e.currentTarget.value)} />`,
		],
		[
			'an error that was caught',
			`let m = $state(''); const go = async () => { try { await fetch('/x'); } catch (error) { m = error.message; } };</script><button onclick={go}>{m}</button>`,
		],
		[
			'an object that grows',
			`const o = {}; o.a = 1; let p = $state({}); const go = () => { p.b = 2; };</script><button onclick={go}>{o.a}{p.b}</button>`,
		],
		[
			'a form as an object',
			`const go = (event) => { event.preventDefault(); const values = Object.fromEntries(new FormData(event.currentTarget)); console.log(values.name.trim()); };</script><form onsubmit={go}><input name="name" /><button>x</button></form>`,
		],
		[
			'snippets, props without types, attributes',
			`let { a, b = 2, ...rest } = $props();</script>{#snippet row(x)}<b data-x={x.y}>{x.y}</b>{/snippet}{@render row({ y: a })}<p {...rest} aria-live="polite" style:color="red" class={['a', { b }]}>{b}</p>`,
		],
		[
			'a timer, a global, storage',
			`let t; $effect(() => { t = setInterval(() => {}, 10); return () => clearInterval(t); }); window.myThing = 1; const s = JSON.parse(localStorage.getItem('k') ?? '[]');</script>{s.length}`,
		],
		[
			'bindings and blocks',
			`let w = $state(0); let el = $state(); let v = $state('a'); let m = new Map([['a', 1]]);</script><div bind:clientWidth={w} bind:this={el}>{#key v}<select bind:value={v}>{#each m as [k, n] (k)}<option value={k}>{n}</option>{/each}</select>{/key}{#await Promise.resolve({ z: 1 }) then r}{r.z}{/await}</div>`,
		],
		[
			'dates and numbers',
			`let d = $state(new Date()); const days = $derived(Math.round((Date.now() - d) / 864e5)); const sum = [1, 2].reduce((a, b) => a + b, 0);</script>{days}{sum}`,
		],
	])('%s', async (_name, rest) => {
		expect(codes(await check({ 'src/App.svelte': `<script>\n${rest}` }))).toEqual([]);
	});
});

describe('faults, each at its place', () => {
	it.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
		[
			'a name that does not exist',
			{ 'src/App.svelte': `<script>\n\tlet a = 1;\n</script>\n\n<p>{b}</p>` },
			['src/App.svelte:5 ts2304'],
		],
		[
			'a wrong argument in a module',
			{ 'src/m.ts': `export const f = (a: number) => a;\nf('x');` },
			['src/m.ts:2 ts2345'],
		],
		[
			'the same in plain JavaScript',
			{ 'src/m.js': `const f = Math.round;\nf('x');` },
			['src/m.js:2 ts2345'],
		],
		[
			'a module with runes',
			{
				'src/m.svelte.ts': `let n = $state(0);\nexport const m = { get n(): string { return n; } };`,
			},
			['src/m.svelte.ts:2 ts2322'],
		],
		[
			'a prop that is missing',
			{
				'src/App.svelte': `<script lang="ts">\n\timport Card from './Card.svelte';\n</script>\n<Card />`,
				'src/Card.svelte': `<script lang="ts">\n\tlet { title }: { title: string } = $props();\n</script>{title}`,
			},
			['src/App.svelte:4 ts2741'],
		],
		[
			'a handler that is no function',
			{
				'src/App.svelte': `<script>\n\tconst go = () => 1;\n</script>\n<button onclick={go()}>x</button>`,
			},
			['src/App.svelte:4 ts2322'],
		],
		[
			'a component that cannot be parsed',
			{ 'src/App.svelte': `{#if a}` },
			['src/App.svelte:1 component_syntax'],
		],
		[
			'a file beside the source is not judged',
			{ 'static/x.js': `nothing();`, 'src/a.ts': `export {};` },
			[],
		],
	])('%s', async (_name, files, expected) => {
		expect(codes(await check(files))).toEqual(expected);
	});

	it('reads nothing outside of the app', async () => {
		const { problems } = await check({
			'src/a.ts': `/// <reference path="/etc/hosts" />\nimport x from '../../../../../../etc/hostname';\nimport y from '/etc/hostname';\nimport { readFileSync } from 'node:fs';\nexport default [x, y, readFileSync];`,
		});
		const text = JSON.stringify(problems);
		expect(text).not.toContain('localhost');
		expect(text).not.toContain(readFileSync('/etc/hostname', 'utf8').trim());
	});
});

describe('limits', () => {
	/** Types that keep the checker busy for long. */
	const endless = `type N<A extends 0[], L> = A['length'] extends L ? A : N<[...A, 0], L>;
type Pairs<A extends string> = A extends infer X ? A extends infer Y ? \`\${X & string}\${Y & string}\` : never : never;
type D = '0'|'1'|'2'|'3'|'4'|'5'|'6'|'7'|'8'|'9';
type E = \`\${D}\${D}\${D}\${D}\`;
export const a: Pairs<E> = 'x'; export const b: N<[], 900> = [];`;

	it('a check that takes too long is not run, and the next one works', async () => {
		const slow = checker({ timeMs: 1500 });
		const outcome = await slow.check(source({ 'src/a.ts': endless }), never);
		expect(outcome).toMatchObject({ kind: 'incomplete' });
		const next = checker();
		expect(await next.check(source({ 'src/a.ts': 'export const a = 1;' }), never)).toMatchObject({
			kind: 'checked',
			result: { problems: [] },
		});
	});

	it('one that needs too much memory is not run; the server goes on', async () => {
		const small = checker({ heapMb: 24 });
		expect(await small.check(source({ 'src/a.ts': 'export {};' }), never)).toMatchObject({
			kind: 'incomplete',
		});
	});

	it('one that is stopped, or too large, is not run', async () => {
		const stop = new AbortController();
		const running = checker().check(source({ 'src/a.ts': endless }), stop.signal);
		stop.abort();
		expect(await running).toMatchObject({ kind: 'incomplete', why: 'The run was stopped.' });
		const large = checker({ sourceBytes: 1000 });
		expect(
			await large.check(source({ 'src/a.ts': `// ${'x'.repeat(2000)}` }), never),
		).toMatchObject({ kind: 'incomplete' });
	});

	it('a closed checker answers, too', async () => {
		const closed = checker();
		await closed.close();
		expect(await closed.check(source({}), never)).toMatchObject({ kind: 'incomplete' });
	});
});

describe('the types of $data and $auth', () => {
	it('are those of the runtime', async () => {
		const runtime = (name: string): string =>
			readFileSync(
				new URL(`../../../../../src/lib/server/preview/runtime/${name}`, import.meta.url),
				'utf8',
			);
		const { problems } = await check({
			'src/runtime/data.ts': runtime('data.ts'),
			'src/runtime/client.ts': runtime('client.ts'),
			'src/runtime/auth.svelte.ts': runtime('auth.svelte.ts'),
			'src/same.ts': `import type * as told from '$data';
import type { auth as toldAuth } from '$auth';
import type * as real from './runtime/data.ts';
import type { auth as realAuth } from './runtime/auth.svelte.ts';
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Keys<A, B> = Same<keyof A, keyof B>;
export const list: Same<Required<told.ListOptions>, Required<real.ListOptions>> = true;
export const one: Same<Required<told.OneOptions>, Required<real.OneOptions>> = true;
export const subscribe: Keys<told.SubscribeOptions, real.SubscribeOptions> = true;
export const methods: Keys<told.DataCollection<any, any, any>, real.DataCollection> = true;
export const page: Keys<told.Page<any>, Awaited<ReturnType<real.DataCollection['list']>>> = true;
export const change: Keys<told.Change<any>, real.Change> = true;
export const auth: Keys<typeof toldAuth, typeof realAuth> = true;
// The SDK calls the action a text.
export const collection: Omit<told.DataCollection<any, any, any>, 'subscribe'> = {} as real.DataCollection;
export const signIn: typeof toldAuth.signIn = {} as typeof realAuth.signIn;
export const signOut: typeof toldAuth.signOut = {} as typeof realAuth.signOut;`,
		});
		expect(problems).toEqual([]);
		await shared?.close();
	});
});
