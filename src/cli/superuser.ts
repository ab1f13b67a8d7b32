import type { Env } from '#lib/server/env.ts';
import { execute } from './with-runtime.ts';

/** `tinykit superuser upsert EMAIL PASSWORD`: for the builder's own backend. */
export async function superuserCommand(words: readonly string[], env: Env): Promise<number> {
	const [verb, email, password] = words;
	if (verb !== 'upsert' || email === undefined || password === undefined || words.length !== 3) {
		console.error('tinykit: use "tinykit superuser upsert EMAIL PASSWORD"');
		return 2;
	}
	await execute(env, { name: 'superuser upsert', email, password });
	console.log(`The superuser ${email} is saved.`);
	return 0;
}
