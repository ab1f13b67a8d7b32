import PocketBase from 'pocketbase';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FetchEventSource } from '../compat/event-source.ts';
import { hostFetch } from './support/host-fetch.ts';
import { owner, runEnd, signIn } from './support/member.ts';
import { makeInstallation, startTinykit, type Tinykit } from './support/tinykit.ts';

const fetchBefore = globalThis.fetch;
let tinykit: Tinykit;
let remove: () => Promise<void>;
let app: string;
const answered: string[] = [];

beforeAll(async () => {
	const installation = await makeInstallation();
	remove = installation.remove;
	tinykit = await startTinykit(installation.dir);
	const api = await signIn(tinykit);
	const made = (await api.call('POST', '/apps', { prompt: 'A to-do list for each of us' })).json();
	app = String(made['slug']);
	expect(await runEnd(api, app, (made['run'] as { id: string }).id)).toMatchObject({
		reason: 'done',
	});
	// The SDK takes the platform's fetch, its realtime part the platform's EventSource.
	globalThis.fetch = hostFetch((host) => answered.push(host));
	Object.assign(globalThis, { EventSource: FetchEventSource });
});
afterAll(async () => {
	globalThis.fetch = fetchBefore;
	await tinykit.stop();
	await remove();
});

describe('the official SDK against /_pb', () => {
	it('signs up, signs in, writes, filters and hears of changes on an app’s host', async () => {
		const host = `${app}--draft.localhost:${String(tinykit.port)}`;
		const pb = new PocketBase(`http://${host}/_pb`).autoCancellation(false);
		const person = { email: 'anna@example.com', password: 'long enough 123' };
		await pb.collection('users').create({ ...person, passwordConfirm: person.password });
		const { record } = await pb.collection('users').authWithPassword(person.email, person.password);

		const heard: string[] = [];
		const told = Promise.withResolvers<string[]>();
		await pb.collection('todos').subscribe('*', (event) => {
			heard.push(`${event.action} ${String(event.record['title'])}`);
			if (heard.length === 3) told.resolve(heard);
		});
		const todo = await pb.collection('todos').create({ title: 'Buy milk', owner: record.id });
		await pb.collection('todos').create({ title: 'Call Bob', owner: record.id });
		expect(
			(
				await pb
					.collection('todos')
					.getList(1, 10, { filter: pb.filter('title ~ {:part}', { part: 'milk' }) })
			).items.map((item) => item.id),
		).toEqual([todo.id]);
		await pb.collection('todos').update(todo.id, { done: true });
		expect(await told.promise).toEqual(['create Buy milk', 'create Call Bob', 'update Buy milk']);
		await pb.collection('todos').unsubscribe();
		await pb.collection('todos').delete(todo.id);
		expect(
			(await pb.collection('todos').getFullList()).map((item) => String(item['title'])),
		).toEqual(['Call Bob']);

		// Somebody else sees nothing of it.
		const stranger = new PocketBase(`http://${host}/_pb`).autoCancellation(false);
		expect((await stranger.collection('todos').getList(1, 10)).totalItems).toBe(0);
		expect(new Set(answered)).toEqual(new Set([host]));
	});

	it('logs a member in on the builder’s host', async () => {
		answered.length = 0;
		const host = `localhost:${String(tinykit.port)}`;
		const pb = new PocketBase(`http://${host}/_pb`).autoCancellation(false);
		const { record } = await pb.collection('users').authWithPassword(owner.email, owner.password);
		expect(record['email']).toBe(owner.email);
		expect((await pb.collection('users').authRefresh()).record.id).toBe(record.id);
		const me = await fetch(`http://${host}/tinykit/api/me`, {
			headers: { authorization: pb.authStore.token },
		});
		expect(await me.json()).toMatchObject({ email: owner.email, role: 'owner' });
		expect(new Set(answered)).toEqual(new Set([host]));
	});
});
