/*
 * Drives the usual workloads against `pb/cli.ts serve` in a temporary directory and prints what they cost:
 *   npm run bench [-- --seconds 1] [-- name …]
 * Closed loop over keep-alive connections on one machine: compare rows of one run, and CPU rather than requests/s.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
	options: { seconds: { type: 'string', default: '1' } },
	allowPositionals: true,
});
/** Seconds a row is measured; before that it runs a third of it unmeasured. */
const seconds = Math.min(Number(values.seconds) || 1, 3);
const posts = 2000;
const people = 20;
const cli = join(import.meta.dirname, '../pb/cli.ts');
const superuser = { email: 'bench@example.test', password: 'bench-password' };
/** Milliseconds of one step of /proc/PID/stat. */
const tick = 10;

const dir = await mkdtemp(join(tmpdir(), 'bench-'));
const data = join(dir, 'pb_data');
let server;
try {
	await run('superuser', 'upsert', superuser.email, superuser.password, '--dir', data);
	server = await serve();
	const world = await prepare();
	process.stdout.write(
		`${'workload'.padEnd(34)}${['clients', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req'].map((name) => name.padStart(12)).join('')}\n`,
	);
	for (const row of rows(world)) {
		if (positionals.length > 0 && !positionals.some((word) => row.name.includes(word))) continue;
		await row.before?.();
		report(row, await measure(row));
	}
	const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8');
	const [, resident] = /VmRSS:\s+(\d+)/.exec(status) ?? [];
	process.stdout.write(`memory after the last row: ${Math.round(Number(resident) / 1024)} MB\n`);
} finally {
	await stop();
	await rm(dir, { recursive: true, force: true });
}

/** The workloads; `next(i)` is the i-th request, `status` what it must answer. */
function rows({ token, admin, ids, author }) {
	const path = '/api/collections/posts/records';
	const signedIn = { authorization: token };
	const at = (i) => ids[(i * 7919) % ids.length];
	const query = (parameters) => `${path}?${new URLSearchParams(parameters)}`;
	const post = (i) => ({ title: `new ${i}`, body: text(i), author, n: i });
	const rule = (listRule) => () => patchCollection(admin, { listRule });
	const own = 'author = @request.auth.id';
	const related = 'author.name != "" && @request.auth.id != ""';
	const made = [];
	const create = (i) => ({ method: 'POST', path, body: post(i) });
	const list = (parameters) => () => ({
		method: 'GET',
		path: query({ perPage: '20', ...parameters }),
		headers: signedIn,
	});
	return [
		{
			name: 'getOne, rule and token',
			clients: [1, 64],
			next: (i) => ({ method: 'GET', path: `${path}/${at(i)}`, headers: signedIn }),
		},
		{ name: 'list 20 with total', clients: [64], next: list({}) },
		{ name: 'list 20 without total', clients: [64], next: list({ skipTotal: '1' }) },
		{ name: 'list under an owner rule', clients: [10], before: rule(own), next: list({}) },
		{ name: 'list under a relation rule', clients: [10], before: rule(related), next: list({}) },
		{
			name: 'search ~ that finds nothing',
			clients: [10],
			before: rule(''),
			next: list({ filter: "body ~ 'no such phrase'" }),
		},
		{ name: 'create', clients: [1, 64], next: create, take: (answer) => made.push(answer.id) },
		{
			name: 'update',
			clients: [10],
			next: (i) => ({ method: 'PATCH', path: `${path}/${at(i)}`, body: { n: i } }),
		},
		{
			name: 'delete',
			clients: [10],
			status: 204,
			next: () => {
				const id = made.pop();
				return id && { method: 'DELETE', path: `${path}/${id}` };
			},
		},
		{
			name: 'batch of 20 creates',
			clients: [4],
			next: (i) => ({
				method: 'POST',
				path: '/api/batch',
				body: {
					requests: Array.from({ length: 20 }, (_, k) => ({
						method: 'POST',
						url: path,
						body: post(i * 20 + k),
					})),
				},
			}),
		},
	].flatMap((row) => row.clients.map((clients) => ({ status: 200, ...row, clients })));
}

async function measure(row) {
	const agent = new Agent({ keepAlive: true, maxSockets: row.clients });
	const samples = [];
	let count = 0;
	const phase = async (length, isKept) => {
		const end = performance.now() + length * 1000;
		const client = async () => {
			while (performance.now() < end) {
				const next = row.next(count++);
				if (!next) return;
				const started = performance.now();
				const answer = await send(next, agent);
				if (isKept) samples.push(performance.now() - started);
				if (answer.status !== row.status)
					throw new Error(`${row.name}: ${answer.status} ${answer.text.slice(0, 300)}`);
				row.take?.(JSON.parse(answer.text));
			}
		};
		await Promise.all(Array.from({ length: row.clients }, client));
	};
	try {
		await phase(seconds / 3, false);
		const cpu = await cpuTime();
		const started = performance.now();
		await phase(seconds, true);
		const elapsed = performance.now() - started;
		return { samples: samples.sort((a, b) => a - b), elapsed, cpu: (await cpuTime()) - cpu };
	} finally {
		agent.destroy();
	}
}

function report(row, { samples, elapsed, cpu }) {
	const at = (share) => samples[Math.min(samples.length - 1, Math.floor(samples.length * share))];
	const cells = [
		row.clients,
		Math.round((samples.length / elapsed) * 1000),
		at(0.5)?.toFixed(2),
		at(0.99)?.toFixed(2),
		Math.round((cpu * 1000) / samples.length),
	];
	process.stdout.write(
		`${row.name.padEnd(34)}${cells.map((cell) => String(cell).padStart(12)).join('')}\n`,
	);
}

async function prepare() {
	const identity = { identity: superuser.email, password: superuser.password };
	const { token: admin } = await call('/api/collections/_superusers/auth-with-password', identity);
	await call('/api/settings', { batch: { enabled: true, maxRequests: 500 } }, admin, 'PATCH');
	const users = await call('/api/collections/users', undefined, admin, 'GET');
	await call(
		'/api/collections',
		{
			name: 'posts',
			type: 'base',
			listRule: '',
			viewRule: '@request.auth.id != ""',
			createRule: '',
			updateRule: '',
			deleteRule: '',
			fields: [
				{ name: 'title', type: 'text' },
				{ name: 'body', type: 'text' },
				{ name: 'n', type: 'number' },
				{ name: 'author', type: 'relation', collectionId: users.id, maxSelect: 1 },
			],
			indexes: ['CREATE INDEX `idx_bench_author` ON `posts` (`author`)'],
		},
		admin,
	);
	const authors = [];
	for (let i = 0; i < people; i++) {
		const password = 'bench-password';
		const person = { email: `u${i}@example.test`, password, passwordConfirm: password };
		authors.push(
			(await call('/api/collections/users/records', { ...person, name: `u${i}` }, admin)).id,
		);
	}
	const ids = [];
	while (ids.length < posts) {
		const url = '/api/collections/posts/records';
		const requests = Array.from({ length: 200 }, (_, k) => {
			const i = ids.length + k;
			const body = { title: `post ${i}`, body: text(i), n: i, author: authors[i % people] };
			return { method: 'POST', url, body };
		});
		for (const { body } of await call('/api/batch', { requests }, admin)) ids.push(body.id);
	}
	const { token } = await call('/api/collections/users/auth-with-password', {
		identity: 'u0@example.test',
		password: 'bench-password',
	});
	return { admin, token, ids, author: authors[0] };
}

function text(i) {
	return `${i} ${'Lorem ipsum dolor sit amet consectetur. '.repeat(12)}`;
}

function patchCollection(admin, patch) {
	return call('/api/collections/posts', patch, admin, 'PATCH');
}

async function call(path, body, authorization, method = 'POST') {
	const headers = authorization ? { authorization } : {};
	const answer = await send({ method, path, body, headers });
	if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
	return JSON.parse(answer.text);
}

/** The plain client: `fetch` costs more than the server. */
function send({ method, path, body, headers = {} }, agent) {
	const payload = body === undefined ? undefined : JSON.stringify(body);
	return new Promise((resolve, reject) => {
		const outgoing = request(
			{
				host: '127.0.0.1',
				port: server.port,
				method,
				path,
				agent,
				headers: payload
					? {
							'content-type': 'application/json',
							'content-length': Buffer.byteLength(payload),
							...headers,
						}
					: headers,
			},
			(response) => {
				let received = '';
				response.setEncoding('utf8');
				response.on('data', (chunk) => (received += chunk));
				response.on('end', () => resolve({ status: response.statusCode, text: received }));
				response.on('error', reject);
			},
		);
		outgoing.on('error', reject);
		outgoing.end(payload);
	});
}

/** User and system time of the server so far, in milliseconds; Linux only. */
async function cpuTime() {
	const stat = await readFile(`/proc/${server.child.pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) * tick;
}

async function run(...args) {
	const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
	const [code] = await once(child, 'exit');
	if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}

async function serve() {
	const args = [cli, 'serve', '--http', '127.0.0.1:0', '--dir', data];
	const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	const port = await new Promise((resolve, reject) => {
		child.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
		createInterface({ input: child.stdout }).on('line', (line) => {
			const found = /^Server started at \S+:(\d+)$/.exec(line);
			if (found) resolve(Number(found[1]));
		});
	});
	return { child, port };
}

async function stop() {
	if (!server || server.child.exitCode !== null) return;
	const ended = once(server.child, 'exit');
	server.child.kill('SIGTERM');
	await ended;
}
