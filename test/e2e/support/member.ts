import { requestHost, type Answer } from './http.ts';
import type { Tinykit } from './tinykit.ts';

export const owner = { email: 'owner@example.com', password: 'a long enough password' };

export interface MemberApi {
	readonly token: string;
	/** Calls `/tinykit/api<path>`; an object body is sent as JSON. */
	call(
		method: string,
		path: string,
		body?: unknown,
		headers?: Record<string, string>,
	): Promise<Answer>;
}

/** Sets a fresh installation up (when it is not) and logs the owner in, over HTTP alone. */
export async function signIn(tinykit: Tinykit): Promise<MemberApi> {
	const json = { 'content-type': 'application/json' };
	if (tinykit.code !== '') {
		const body = JSON.stringify({ code: tinykit.code, ...owner });
		const answer = await requestHost(tinykit.port, 'localhost', '/tinykit/api/setup', {
			method: 'POST',
			headers: json,
			body,
		});
		if (answer.status !== 200) throw new Error(`setup: ${String(answer.status)} ${answer.text}`);
	}
	const login = await requestHost(
		tinykit.port,
		'localhost',
		'/_pb/api/collections/users/auth-with-password',
		{
			method: 'POST',
			headers: json,
			body: JSON.stringify({ identity: owner.email, password: owner.password }),
		},
	);
	if (login.status !== 200) throw new Error(`login: ${String(login.status)} ${login.text}`);
	const token = String(login.json()['token']);
	return {
		token,
		call: (method, path, body, headers = {}) =>
			requestHost(tinykit.port, 'localhost', `/tinykit/api${path}`, {
				method,
				headers: { authorization: token, ...(typeof body === 'string' ? {} : json), ...headers },
				...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
			}),
	};
}

/** Waits until a run has ended and returns it. */
export async function runEnd(
	api: MemberApi,
	app: string,
	id: string,
): Promise<Record<string, unknown>> {
	for (let i = 0; i < 600; i++) {
		const run = (await api.call('GET', `/apps/${app}/runs/${id}`)).json();
		if (run['status'] === 'ended') return run;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error('the run did not end within a minute');
}

/** The events of a run so far, through the stream that the studio uses; ends with the run. */
export async function runEvents(
	api: MemberApi,
	app: string,
	id: string,
): Promise<Record<string, unknown>[]> {
	const { text } = await api.call('GET', `/apps/${app}/runs/${id}/events`);
	return text
		.split('\n')
		.filter((line) => line.startsWith('data: '))
		.map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>);
}
